import type {
  Disturbance,
  History,
  MailboxTrace,
  PollEnd,
  Publish,
  Receipt,
  Sighting,
  Span,
  Trace,
} from './history.ts';

const TICK_MS = 50;
/** A tick that is later than this is a stall. */
const STALL_MS = 250;

/** A trace that grows. */
export interface Consumed extends MailboxTrace {
  readonly receipts: Receipt[];
  readonly ends: PollEnd[];
}

/** Writes down what clients do and see. */
export class Recorder {
  readonly #sets = new Map<string, Publish[]>();
  readonly #pushes = new Map<string, Publish[]>();
  readonly #traces: Trace[] = [];
  readonly #mailboxes: Consumed[] = [];
  readonly #disturbances: Disturbance[] = [];
  readonly #stalls: Span[] = [];
  readonly #ticker: NodeJS.Timeout;
  /** Polls, streams and WebSockets that were refused or broke. */
  interruptions = 0;
  /** Why streams and WebSockets could not be opened. */
  readonly unopened: string[] = [];

  constructor() {
    let last = this.now();
    this.#ticker = setInterval(() => {
      const now = this.now();
      if (now - last > TICK_MS + STALL_MS) this.stalled({ from: last, to: now });
      last = now;
    }, TICK_MS);
  }

  /** Milliseconds. */
  now(): number {
    return performance.now();
  }

  /** The sets of a key, to be added to. */
  setsOf(key: string): Publish[] {
    return listOf(this.#sets, key);
  }

  /** The pushes into a mailbox, to be added to. */
  pushesOf(uid: string): Publish[] {
    return listOf(this.#pushes, uid);
  }

  /** Begins the trace of a follower; what it sees is to be added to the list that is returned. */
  follow(follower: string, key: string, want: Trace['want']): Sighting[] {
    const sightings: Sighting[] = [];
    this.#traces.push({ follower, key, want, since: this.now(), sightings });
    return sightings;
  }

  /** Begins the trace of a consumer; what it gets is to be added to it. */
  consume(consumer: string, uid: string, isAcknowledging: boolean): Consumed {
    const trace = { consumer, uid, isAcknowledging, since: this.now(), receipts: [], ends: [] };
    this.#mailboxes.push(trace);
    return trace;
  }

  /** The server, or this process, got no CPU. */
  stalled(span: Span): void {
    this.#stalls.push(span);
  }

  disturbed(disturbance: Disturbance): void {
    this.#disturbances.push(disturbance);
  }

  /** What was recorded so far; it goes on growing until `close`. */
  get history(): History {
    return {
      sets: this.#sets,
      pushes: this.#pushes,
      traces: this.#traces,
      mailboxes: this.#mailboxes,
      disturbances: this.#disturbances,
      stalls: this.#stalls,
    };
  }

  close(): void {
    clearInterval(this.#ticker);
  }
}

function listOf<T>(lists: Map<string, T[]>, name: string): T[] {
  const list = lists.get(name) ?? [];
  lists.set(name, list);
  return list;
}
