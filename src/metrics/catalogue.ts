/**
 * The catalogue of metrics: every name, with its labels and what it means. Names and labels are an interface.
 * `docs/metrics.md` is held equal to this table by a test. A label takes its values from a closed set, never from a
 * key, a uid or anything else that a client chose.
 */
import type { Aggregator, MetricType, Sample } from './dump.ts';
import {
  FRAME_DIRECTIONS,
  MAILBOX_RESULTS,
  type Meters,
  POLL_OUTCOMES,
  PUBLISH_RESULTS,
  REDIS_COMMANDS,
  REFUSAL_REASONS,
  ROUTES,
  STREAM_ENDS,
  WEB_SOCKET_ENDS,
} from './meters.ts';
import { buckets, single, tallied } from './samples.ts';

/** What one machine knows only in its primary. */
export interface PrimaryFigures {
  /** Workers that are configured. */
  readonly workers: number;
  /** Of these, the ones that answered this scrape; a worker and its draining predecessor are one. */
  readonly reporting: number;
  /** Workers that ended without having been told to, and were replaced. */
  readonly restarts: number;
}

/** One metric, read from a `Source` when it is scraped. */
export interface Metric<Source> {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  /** The values of each label, or in words what they are. */
  readonly labels: Readonly<Record<string, readonly string[] | string>>;
  readonly aggregator: Aggregator;
  /** Carries the label `worker`, so that the figures of workers stay apart. */
  readonly perWorker: boolean;
  readonly read: (source: Source) => Sample[];
}

type Row<Source> = Pick<Metric<Source>, 'name' | 'help' | 'read'> & Partial<Metric<Source>>;

/** What every worker counts. */
export const WORKER_METRICS: readonly Metric<Meters>[] = [
  gauge({
    name: 'comet_waiters',
    help: 'Polls of keys and mailboxes that are not answered yet: parked, or asking the engine whether there is something; each key of an event stream, of a WebSocket or of a poll of several counts as one, and so does a WebSocket without keys.',
    read: (meters) => single(meters.waiters),
  }),
  gauge({
    name: 'comet_keys_watched',
    help: 'Keys and mailboxes that workers are subscribed to; one that two workers watch counts twice.',
    read: (meters) => single(meters.keysWatched),
  }),
  gauge({
    name: 'comet_connections',
    help: 'Client connections that are open now.',
    read: (meters) => single(meters.connections),
  }),
  gauge({
    name: 'comet_streams',
    help: 'Event streams that are open now.',
    read: (meters) => single(meters.streams),
  }),
  gauge({
    name: 'comet_websockets',
    help: 'WebSockets that are open now.',
    read: (meters) => single(meters.webSockets),
  }),
  gauge({
    name: 'comet_redis_up',
    help: '1 while every worker that reports reaches Redis, 0 otherwise and with the embedded engine.',
    aggregator: 'min',
    read: (meters) => single(meters.redisUp),
  }),
  gauge({
    name: 'comet_event_loop_lag_seconds',
    help: 'How late the event loop of a worker turned at worst since the last scrape.',
    aggregator: 'max',
    perWorker: true,
    read: (meters) => single(meters.eventLoopLag),
  }),
  counter({
    name: 'comet_polls_total',
    help: 'Polls by how they ended: with a value, by their time-out, left by their client, or with an error.',
    labels: { outcome: POLL_OUTCOMES },
    read: (meters) => tallied('outcome', meters.polls),
  }),
  counter({
    name: 'comet_stream_ends_total',
    help: 'Event streams by how they ended: their life was over, their token expired, the worker went away, the client left or was too slow, or an error.',
    labels: { end: STREAM_ENDS },
    read: (meters) => tallied('end', meters.streamEnds),
  }),
  counter({
    name: 'comet_websocket_ends_total',
    help: 'WebSockets by how they ended: as an event stream, or their client gave no sign of life or broke the protocol, or their token had expired.',
    labels: { end: WEB_SOCKET_ENDS },
    read: (meters) => tallied('end', meters.webSocketEnds),
  }),
  counter({
    name: 'comet_websocket_frames_total',
    help: 'Messages on WebSockets, in from clients and out to them; pings, pongs and closes are not counted.',
    labels: { direction: FRAME_DIRECTIONS },
    read: (meters) => tallied('direction', meters.webSocketFrames),
  }),
  counter({
    name: 'comet_publishes_total',
    help: 'Sets (each of a batch too), deletes and pushes that reached the engine; conflict is an idempotency id that came again with another value.',
    labels: { result: PUBLISH_RESULTS },
    read: (meters) => tallied('result', meters.publishes),
  }),
  counter({
    name: 'comet_deliveries_total',
    help: 'Entries and mailbox messages that were handed to polls, event streams and WebSockets.',
    read: (meters) => single(meters.deliveries),
  }),
  counter({
    name: 'comet_mailbox_messages_total',
    help: 'Mailbox messages: pushed here, delivered to a poll, given back because the client had gone, or lost on that way.',
    labels: { result: MAILBOX_RESULTS },
    read: (meters) => tallied('result', meters.mailboxMessages),
  }),
  histogram({
    name: 'comet_wake_seconds',
    help: 'Time from the moment the engine accepted a set until the answer to a parked poll was written.',
    read: (meters) => buckets('comet_wake_seconds', meters.wake),
  }),
  histogram({
    name: 'comet_pubsub_lag_seconds',
    help: 'Time from the moment Redis accepted an entry or a probe until it came through pub/sub.',
    read: (meters) => buckets('comet_pubsub_lag_seconds', meters.pubsubLag),
  }),
  histogram({
    name: 'comet_redis_command_seconds',
    help: 'Time that calls to Redis took, failed ones included.',
    labels: { command: REDIS_COMMANDS },
    read: (meters) =>
      [...meters.redisCommands].flatMap(([command, taken]) =>
        buckets('comet_redis_command_seconds', taken, { command }),
      ),
  }),
  counter({
    name: 'comet_redis_reconnects_total',
    help: 'Connections to Redis that were made again after one was lost or given up.',
    read: (meters) => single(meters.redisReconnects),
  }),
  counter({
    name: 'comet_pubsub_probe_failures_total',
    help: 'Probes through pub/sub that did not come back in time.',
    read: (meters) => single(meters.probeFailures),
  }),
  counter({
    name: 'comet_resyncs_total',
    help: 'Times that everything watched was read again because notices may have been missed.',
    read: (meters) => single(meters.resyncs),
  }),
  counter({
    name: 'comet_refused_total',
    help: 'Requests that were turned away at a bound or a gate.',
    labels: { reason: REFUSAL_REASONS },
    read: (meters) => tallied('reason', meters.refused),
  }),
  counter({
    name: 'comet_http_requests_total',
    help: 'HTTP requests by their answer, also under JSONP; 499 is a client that left before it had one.',
    labels: { route: ROUTES, status: '200 from the start, any other once it was given' },
    read: (meters) => [...meters.requests].flatMap(([route, byStatus]) => requests(route, byStatus)),
  }),
];

/** What the primary adds. */
export const PRIMARY_METRICS: readonly Metric<PrimaryFigures>[] = [
  gauge({
    name: 'comet_workers',
    help: 'Workers that are configured.',
    read: (figures) => single(figures.workers),
  }),
  gauge({
    name: 'comet_workers_reporting',
    help: 'Workers that answered this scrape; the last known figures stand for one that is alive and silent.',
    read: (figures) => single(figures.reporting),
  }),
  counter({
    name: 'comet_worker_restarts_total',
    help: 'Workers that ended without being told to.',
    read: (figures) => single(figures.restarts),
  }),
];

function requests(route: string, byStatus: ReadonlyMap<number, number>): Sample[] {
  const primed = byStatus.has(200) ? byStatus : new Map([[200, 0], ...byStatus]);
  return [...primed].map(([status, value]) => ({ value, labels: { route, status } }));
}

function counter<Source>(row: Row<Source>): Metric<Source> {
  return { type: 'counter', labels: {}, aggregator: 'sum', perWorker: false, ...row };
}

function gauge<Source>(row: Row<Source>): Metric<Source> {
  return { type: 'gauge', labels: {}, aggregator: 'sum', perWorker: false, ...row };
}

function histogram<Source>(row: Row<Source>): Metric<Source> {
  return { type: 'histogram', labels: {}, aggregator: 'sum', perWorker: false, ...row };
}
