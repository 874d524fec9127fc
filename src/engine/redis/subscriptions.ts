/** Something to say to Redis about some topics. Its acknowledgement comes back through `acknowledged`. */
export interface SubscriptionCommand {
  readonly type: 'subscribe' | 'unsubscribe';
  readonly topics: readonly string[];
}

/** Somebody wants notices of it. */
const WANTED = 1;
/** Redis has acknowledged the subscription, and not yet its end. */
const SUBSCRIBED = 2;
/** A command about it is on its way. */
const BUSY = 4;
/** Whoever wants it was told that it is live. */
const TOLD = 8;

/**
 * Which topics (keys, or mailboxes) are wanted and which are subscribed to; says what to do next, does no I/O.
 *
 * At most one command about a topic is on its way, so subscribe and unsubscribe of one topic never overtake each other.
 * A topic costs one entry of a map: a number of the bits above.
 */
export class Subscriptions {
  readonly #batch: number;
  readonly #states = new Map<string, number>();
  readonly #toSubscribe = new Set<string>();
  readonly #toUnsubscribe = new Set<string>();
  readonly #toTell = new Set<string>();
  #connected = false;

  /** `batch` is the most topics that one command names. */
  constructor(batch: number) {
    this.#batch = batch;
  }

  /** Wanting twice is wanting once. */
  watch(topic: string): void {
    const state = this.#states.get(topic) ?? 0;
    if (state & WANTED) return;
    this.#set(topic, state | WANTED);
  }

  unwatch(topic: string): void {
    const state = this.#states.get(topic) ?? 0;
    if (state & WANTED) this.#set(topic, state & ~(WANTED | TOLD));
  }

  /** There is a new connection: nothing is subscribed on it. */
  connected(): void {
    this.disconnected();
    this.#connected = true;
    for (const topic of this.#states.keys()) this.#toSubscribe.add(topic);
  }

  /** The connection is gone, and with it every subscription and every acknowledgement that was awaited. */
  disconnected(): void {
    this.#connected = false;
    this.#toSubscribe.clear();
    this.#toUnsubscribe.clear();
    this.#toTell.clear();
    for (const [topic, state] of this.#states) {
      if (state & WANTED) this.#states.set(topic, WANTED);
      else this.#states.delete(topic);
    }
  }

  /** The next command to send on the connection, `null` if there is none now. */
  next(): SubscriptionCommand | null {
    const [type, waiting] =
      this.#toSubscribe.size > 0
        ? (['subscribe', this.#toSubscribe] as const)
        : (['unsubscribe', this.#toUnsubscribe] as const);
    const topics: string[] = [];
    for (const topic of waiting) {
      if (topics.length === this.#batch) break;
      topics.push(topic);
    }
    for (const topic of topics) {
      waiting.delete(topic);
      this.#states.set(topic, (this.#states.get(topic) ?? 0) | BUSY);
    }
    return topics.length === 0 ? null : { type, topics };
  }

  /** Redis has done what `next` gave, on the connection that still stands. */
  acknowledged(command: SubscriptionCommand): void {
    const subscribed = command.type === 'subscribe' ? SUBSCRIBED : 0;
    for (const topic of command.topics) {
      const state = this.#states.get(topic) ?? 0;
      this.#set(topic, (state & ~(BUSY | SUBSCRIBED)) | subscribed);
    }
  }

  /** The topics that are wanted, subscribed and were not told of since they became so. Each is given once. */
  takeLive(): string[] {
    const topics = [...this.#toTell];
    this.#toTell.clear();
    for (const topic of topics) this.#states.set(topic, (this.#states.get(topic) ?? 0) | TOLD);
    return topics;
  }

  /** Every topic that somebody wants. */
  wanted(): string[] {
    const topics: string[] = [];
    for (const [topic, state] of this.#states) if (state & WANTED) topics.push(topic);
    return topics;
  }

  /** Whether it was told to be live and still is. */
  isLive(topic: string): boolean {
    return ((this.#states.get(topic) ?? 0) & TOLD) !== 0;
  }

  /** Every topic that was told to be live and still is. */
  live(): string[] {
    const topics: string[] = [];
    for (const [topic, state] of this.#states) if (state & TOLD) topics.push(topic);
    return topics;
  }

  #set(topic: string, state: number): void {
    this.#toSubscribe.delete(topic);
    this.#toUnsubscribe.delete(topic);
    this.#toTell.delete(topic);
    if (state === 0) {
      this.#states.delete(topic);
      return;
    }
    this.#states.set(topic, state);
    // While a command is on its way, its acknowledgement decides what comes next.
    if (!this.#connected || state & BUSY) return;
    if (state === WANTED) this.#toSubscribe.add(topic);
    else if (state === SUBSCRIBED) this.#toUnsubscribe.add(topic);
    else if (!(state & TOLD)) this.#toTell.add(topic);
  }
}
