/**
 * The figures of one process as plain fields: the hot path adds to a number, nothing else. `prometheus.ts` reads them
 * when it is scraped. No library is imported here, so every layer may take a `Meters` and every test can look at one.
 */

/** A counter for each member of a closed set of labels, primed at zero. */
export class Tally<L extends string> {
  readonly values: Record<L, number>;

  constructor(labels: readonly L[]) {
    this.values = Object.fromEntries(labels.map((label) => [label, 0])) as Record<L, number>;
  }

  add(label: L, amount = 1): void {
    this.values[label] += amount;
  }
}

/** A histogram over fixed upper bounds, in the unit of the bounds. */
export class Histogram {
  readonly bounds: readonly number[];
  /** Observations by bucket, not cumulated; the last one counts what lies above every bound. */
  readonly counts: number[];
  sum = 0;
  count = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  /** Adds `times` observations of the same value. */
  observe(value: number, times = 1): void {
    let bucket = 0;
    while (bucket < this.bounds.length && value > (this.bounds[bucket] as number)) bucket++;
    this.counts[bucket] = (this.counts[bucket] as number) + times;
    this.sum += value * times;
    this.count += times;
  }
}

/** How a poll ended: with a value, by its time-out, left by its client, or refused or failed with an error. */
export const POLL_OUTCOMES = ['value', 'timeout', 'gone', 'error'] as const;
export type PollOutcome = (typeof POLL_OUTCOMES)[number];

/** `conflict`: an idempotency id came again with another value. */
export const PUBLISH_RESULTS = ['ok', 'conflict', 'error'] as const;

/** `delivered` to a poll, `given_back` because its poll was gone, `lost` because giving it back, or its answer, failed. */
export const MAILBOX_RESULTS = ['pushed', 'delivered', 'given_back', 'lost'] as const;

/**
 * How an event stream ended: its life was over, the token that it was opened with expired, its worker went away, its
 * client left or was too slow to take what was written, or an error.
 */
export const STREAM_ENDS = ['life', 'expired', 'drain', 'gone', 'slow', 'error'] as const;
export type StreamEnd = (typeof STREAM_ENDS)[number];

/**
 * How a WebSocket ended: as an event stream, or `lost`, when its client gave no sign of life, or `protocol`, when it broke
 * the rules, `expired` when its token had.
 */
export const WEB_SOCKET_ENDS = ['life', 'drain', 'gone', 'lost', 'slow', 'protocol', 'expired'] as const;
export type WebSocketEnd = (typeof WEB_SOCKET_ENDS)[number];

/** From clients, and to them. */
export const FRAME_DIRECTIONS = ['in', 'out'] as const;

/** Why a request was turned away at a bound or a gate. */
export const REFUSAL_REASONS = [
  'connections',
  'slow_reader',
  'waiters',
  'waiters_per_key',
  'watched_keys',
  'mailbox_length',
  'publishes',
  'body_size',
  'url_size',
  'header_size',
  'parameter',
  'malformed',
  'authorization',
  'token',
  'key',
  'sign',
  'try_out',
  'origin',
  'draining',
  'engine',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

export const ROUTES = [
  'get',
  'events',
  'ws',
  'set',
  'batch',
  'delete',
  'mailbox',
  'push',
  'healthz',
  'readyz',
  'other',
] as const;
export type Route = (typeof ROUTES)[number];

export const REDIS_COMMANDS = [
  'append',
  'remove',
  'read',
  'push',
  'pop',
  'give_back',
  'take',
  'probe',
  'subscribe',
] as const;
export type RedisCommand = (typeof REDIS_COMMANDS)[number];

/** Seconds; from a tenth of a millisecond to the longest that is not yet a failure. */
export const LATENCY_BOUNDS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
] as const;

export class Meters {
  // Gauges: what is the case now.
  /** Not answered yet, parked or not: each holds a request, and counts against `max-waiters`. */
  waiters = 0;
  keysWatched = 0;
  connections = 0;
  streams = 0;
  webSockets = 0;
  redisUp = 0;
  /** Seconds; set by the worker's event-loop monitor. */
  eventLoopLag = 0;

  // Counters.
  deliveries = 0;
  redisReconnects = 0;
  probeFailures = 0;
  resyncs = 0;
  readonly polls = new Tally(POLL_OUTCOMES);
  readonly streamEnds = new Tally(STREAM_ENDS);
  readonly webSocketEnds = new Tally(WEB_SOCKET_ENDS);
  readonly webSocketFrames = new Tally(FRAME_DIRECTIONS);
  readonly publishes = new Tally(PUBLISH_RESULTS);
  readonly mailboxMessages = new Tally(MAILBOX_RESULTS);
  readonly refused = new Tally(REFUSAL_REASONS);
  /** Requests by route and HTTP status, each combination once it was seen. */
  readonly requests = new Map<Route, Map<number, number>>(ROUTES.map((route) => [route, new Map()]));

  // Histograms, in seconds.
  readonly wake = new Histogram(LATENCY_BOUNDS);
  readonly pubsubLag = new Histogram(LATENCY_BOUNDS);
  readonly redisCommands = new Map<RedisCommand, Histogram>(
    REDIS_COMMANDS.map((command) => [command, new Histogram(LATENCY_BOUNDS)]),
  );

  request(route: Route, status: number): void {
    const byStatus = this.requests.get(route) as Map<number, number>;
    byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
  }
}
