import type { Engine, EngineEvents, MailboxEngine, Popped, Taken } from '../../src/engine/engine.ts';
import type { CometError } from '../../src/errors.ts';
import type { FakeClock } from './fake-clock.ts';

const LEASE_MS = 30_000;

/** Mailboxes whose answers wait until the test lets them go, and whose hints can be switched off. */
export class FakeMailboxes implements MailboxEngine {
  readonly #clock: FakeClock;
  readonly watched = new Set<string>();
  events: EngineEvents | null = null;
  /** Oldest first. */
  list: string[] = [];
  flight: { id: string; value: string; until: number } | null = null;
  /** Whether anybody hears of a push. */
  hints = true;
  failing: CometError | null = null;
  calls = 0;
  /** Answers that were held back; `null`: they are not. */
  held: (() => void)[] | null = null;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  /** The part of an engine that `Mailboxes` sees. */
  get engine(): Engine {
    return { mailboxes: this } as unknown as Engine;
  }

  push(uid: string, value: string): Promise<void> {
    this.list.push(value);
    if (this.hints) this.events?.mailbox(uid);
    return Promise.resolve();
  }

  pop(_: string, count: number, parked: boolean): Promise<Popped> {
    return this.#answer(() => {
      const leasedFor = this.#leasedFor();
      if (this.flight !== null && (!parked || leasedFor === 0)) {
        const { value } = this.flight;
        this.flight = null;
        return { values: [value], leasedFor: 0 };
      }
      return { values: this.list.splice(0, count), leasedFor };
    });
  }

  giveBack(uid: string, values: readonly string[]): Promise<void> {
    if (this.failing !== null) return Promise.reject(this.failing);
    this.list.unshift(...values);
    if (this.hints) this.events?.mailbox(uid);
    return Promise.resolve();
  }

  take(_: string, ack: string, parked: boolean): Promise<Taken> {
    return this.#answer(() => {
      if (this.flight !== null && ack === this.flight.id) this.flight = null;
      const leasedFor = this.#leasedFor();
      if (this.flight !== null && parked && leasedFor > 0) return { message: null, leasedFor };
      const value = this.flight?.value ?? this.list.shift();
      if (value === undefined) return { message: null, leasedFor: 0 };
      this.flight = { id: this.flight?.id ?? `id-${value}`, value, until: this.#clock.now() + LEASE_MS };
      return { message: { id: this.flight.id, value }, leasedFor: 0 };
    });
  }

  watch(uid: string): void {
    this.watched.add(uid);
  }

  unwatch(uid: string): void {
    this.watched.delete(uid);
  }

  #leasedFor(): number {
    return this.flight === null ? 0 : Math.max(0, this.flight.until - this.#clock.now());
  }

  #answer<T>(perform: () => T): Promise<T> {
    this.calls++;
    if (this.failing !== null) return Promise.reject(this.failing);
    const result = perform();
    const { held } = this;
    if (held === null) return Promise.resolve(result);
    return new Promise((resolve) => {
      held.push(() => resolve(result));
    });
  }
}
