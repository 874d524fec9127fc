import type { CometError } from '../../src/errors.ts';
import { parseCursor } from '../../src/hub/cursor.ts';
import type { Entry } from '../../src/hub/entry.ts';
import type { Hub } from '../../src/hub/hub.ts';
import { Waiter } from '../../src/hub/waiter.ts';
import { between, type Truth } from './truth.ts';

/** What a client was answered. */
export type Answer =
  | {
      readonly type: 'entries';
      readonly values: readonly string[];
      readonly cursor: string;
      readonly recovered: boolean | undefined;
    }
  | { readonly type: 'timeout'; readonly cursor: string; readonly recovered: boolean | undefined }
  | { readonly type: 'error'; readonly code: string };

/** A poll that hands its one answer on; a second one is a defect. */
export class TestPoll extends Waiter {
  readonly #answered: (answer: Answer) => void;
  answers = 0;

  constructor(cursor: string | null, all: boolean, answered: (answer: Answer) => void = () => undefined) {
    super(cursor === null ? null : parseCursor(cursor), all);
    this.#answered = answered;
  }

  override onEntry(entry: Entry, recovered: boolean | undefined): void {
    this.#answer({ type: 'entries', values: [entry.value], cursor: entry.cursor, recovered });
  }

  override onEntries(entries: readonly Entry[], recovered: boolean | undefined): void {
    const cursor = entries.at(-1)?.cursor ?? 'none';
    this.#answer({ type: 'entries', values: entries.map((entry) => entry.value), cursor, recovered });
  }

  override onTimeout(cursor: string, recovered: boolean | undefined): void {
    this.#answer({ type: 'timeout', cursor, recovered });
  }

  override onError(error: CometError): void {
    this.#answer({ type: 'error', code: error.code });
  }

  #answer(answer: Answer): void {
    this.answers++;
    if (this.answers > 1) throw new Error('a poll was answered twice');
    this.#answered(answer);
  }
}

/** A client that follows a key by cursor and checks every answer against what was really written. */
export class Follower {
  readonly #hub: Hub;
  readonly #key: string;
  readonly #truth: Truth;
  readonly #all: boolean;
  readonly #eager: boolean;
  readonly faults: string[] = [];
  cursor = '0';
  poll: TestPoll | null = null;

  /** `eager`: polls again as soon as it is answered with an entry. */
  constructor(hub: Hub, key: string, truth: Truth, all: boolean, eager: boolean) {
    this.#hub = hub;
    this.#key = key;
    this.#truth = truth;
    this.#all = all;
    this.#eager = eager;
  }

  /** Polls, unless it waits already. */
  start(timeoutMs: number, fresh: boolean): void {
    if (this.poll !== null) return;
    const poll = new TestPoll(this.cursor, this.#all, (answer) => {
      this.poll = null;
      this.#check(answer);
      if (this.#eager && answer.type === 'entries') queueMicrotask(() => this.start(50_000, false));
    });
    this.poll = poll;
    this.#hub.poll(poll, this.#key, timeoutMs, fresh);
    if (poll.answers > 0) this.poll = null;
  }

  leave(): void {
    this.poll?.abandon();
    this.poll = null;
  }

  #check(answer: Answer): void {
    if (answer.type === 'error') return;
    const fault = answer.type === 'timeout' ? this.#faultOfTimeout(answer) : this.#faultOf(answer);
    if (fault !== null) this.faults.push(`${this.cursor} → ${answer.cursor}: ${fault}`);
    this.cursor = answer.cursor;
  }

  #faultOfTimeout(answer: Extract<Answer, { type: 'timeout' }>): string | null {
    return answer.cursor === this.cursor || answer.recovered === false ? null : 'a time-out moved the cursor';
  }

  #faultOf(answer: Extract<Answer, { type: 'entries' }>): string | null {
    const to = this.#truth.at(answer.cursor);
    if (answer.recovered === undefined) return 'a cursor was answered without recovered';
    if (to === null || answer.values.at(-1) !== to.value)
      return `the cursor does not stand for ${answer.values.at(-1)}`;
    if (!answer.recovered) return null;
    const way = between(this.#truth.at(this.cursor), to)?.map((node) => node.value);
    if (way === undefined || way.length === 0) return 'something was missed and not told';
    const whole = !this.#all || JSON.stringify(way) === JSON.stringify(answer.values);
    return whole ? null : `${answer.values.join()} instead of ${way.join()}`;
  }
}
