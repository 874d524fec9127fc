import type {
  AppendResult,
  Engine,
  EngineEvents,
  Health,
  Log,
  MailboxEngine,
  Notice,
} from '../../src/engine/engine.ts';
import { CometError } from '../../src/errors.ts';
import { Truth } from './truth.ts';

interface Read {
  readonly key: string;
  readonly history: boolean;
  readonly resolve: (log: Log | null) => void;
  readonly reject: (error: Error) => void;
  /** Taken at the store when the read is executed there; `undefined` before. */
  answer?: Log | null;
}

type FromStore =
  | { readonly type: 'live'; readonly key: string }
  | { readonly type: 'notice'; readonly key: string; readonly notice: Notice };

/** A step without which nothing goes on. */
export type Progress = 'executeRead' | 'answerRead' | 'executeSubscribe' | 'deliver' | 'reconnect';

/**
 * An engine whose every step is taken by the test: commands travel to the store, are executed there, and their answers
 * travel back; notices and subscription acknowledgements come in order, on a connection of their own.
 */
export class FakeEngine implements Engine {
  readonly mailboxes = {} as MailboxEngine;
  readonly #truths = new Map<string, Truth>();
  readonly #historySize: number;
  readonly #watched = new Set<string>();
  #events: EngineEvents | null = null;
  #connected = true;
  readonly #reads: Read[] = [];
  #subscribes: string[] = [];
  readonly #subscribed = new Set<string>();
  #stream: FromStore[] = [];

  constructor(historySize: number) {
    this.#historySize = historySize;
  }

  truth(key: string): Truth {
    let truth = this.#truths.get(key);
    if (truth === undefined) {
      truth = new Truth(this.#historySize);
      this.#truths.set(key, truth);
    }
    return truth;
  }

  // The contract.

  start(events: EngineEvents): void {
    this.#events = events;
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  append(): Promise<AppendResult> {
    return Promise.reject(new CometError('INTERNAL'));
  }

  remove(): Promise<void> {
    return Promise.reject(new CometError('INTERNAL'));
  }

  read(key: string, history: boolean): Promise<Log | null> {
    return new Promise((resolve, reject) => {
      this.#reads.push({ key, history, resolve, reject });
    });
  }

  watch(key: string): void {
    this.#watched.add(key);
    if (this.#connected) this.#subscribes.push(key);
  }

  unwatch(key: string): void {
    this.#watched.delete(key);
    this.#subscribed.delete(key);
    this.#subscribes = this.#subscribes.filter((other) => other !== key);
    this.#stream = this.#stream.filter((item) => item.type !== 'live' || item.key !== key);
  }

  health(): Health {
    return this.#connected ? { ready: true } : { ready: false, reason: 'cut' };
  }

  // The steps. Each returns whether there was something to do.

  /** Those that have something to do now, of the ones that bring things forward. */
  possible(): Progress[] {
    const steps: Progress[] = [];
    if (!this.#connected) steps.push('reconnect');
    if (this.#reads.some(({ answer }) => answer === undefined)) steps.push('executeRead');
    if (this.#reads[0]?.answer !== undefined) steps.push('answerRead');
    if (this.#subscribes.length > 0) steps.push('executeSubscribe');
    if (this.#stream.length > 0) steps.push('deliver');
    return steps;
  }

  set(key: string, large: boolean): void {
    const { log, value } = this.truth(key).set();
    this.#publish(key, { type: 'entry', ...log, value: large ? null : value, acceptedAt: 1 });
  }

  delete(key: string): void {
    const gone = this.truth(key).delete();
    if (gone !== null) this.#publish(key, { type: 'gone', ...gone });
  }

  executeRead(): boolean {
    const read = this.#reads.find((candidate) => candidate.answer === undefined);
    if (read === undefined) return false;
    read.answer = this.truth(read.key).read(read.history);
    return true;
  }

  answerRead(): boolean {
    const [read] = this.#reads;
    if (read?.answer === undefined) return false;
    this.#reads.shift();
    read.resolve(read.answer);
    return true;
  }

  failReads(): void {
    for (const read of this.#reads.splice(0)) read.reject(new CometError('ENGINE_UNAVAILABLE'));
  }

  executeSubscribe(): boolean {
    const key = this.#subscribes.shift();
    if (key === undefined) return false;
    this.#subscribed.add(key);
    this.#stream.push({ type: 'live', key });
    return true;
  }

  deliver(): boolean {
    const item = this.#stream.shift();
    if (item === undefined) return false;
    if (item.type === 'live') this.#events?.live([item.key], []);
    else if (this.#watched.has(item.key)) this.#events?.notice(item.key, item.notice);
    return true;
  }

  /** The subscriber connection dies: what it carried is gone. */
  cut(): void {
    if (!this.#connected) return;
    this.#connected = false;
    this.#stream = [];
    this.#subscribes = [];
    this.#subscribed.clear();
    this.#events?.lost();
  }

  reconnect(): void {
    if (this.#connected) return;
    this.#connected = true;
    this.#subscribes = [...this.#watched];
  }

  /** The store dies and comes back as it was some writes ago, everywhere, cutting every connection. */
  restartOlder(entries: number): void {
    this.cut();
    this.failReads();
    for (const truth of this.#truths.values()) truth.restartOlder(entries);
  }

  #publish(key: string, notice: Notice): void {
    if (this.#subscribed.has(key)) this.#stream.push({ type: 'notice', key, notice });
  }
}
