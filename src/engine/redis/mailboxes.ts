import type { Clock } from '../../clock.ts';
import { CometError } from '../../errors.ts';
import type { MailboxEngine, Popped, Taken } from '../engine.ts';
import type { Deployment } from './deployment.ts';
import type { Names } from './names.ts';
import type { Unique } from './unique.ts';

export interface RedisMailboxesOptions {
  readonly deployment: Deployment;
  readonly names: Names;
  readonly unique: Unique;
  readonly clock: Clock;
  /** Deadline of every call, milliseconds. */
  readonly timeoutMs: number;
  /** Milliseconds that a message in flight is kept from parked polls. */
  readonly leaseMs: number;
  /** Messages in a mailbox from which on a push is refused; 0 for none. */
  readonly maxLength: number;
}

/** Part of the deadline after which Redis takes nothing out any more; in the rest the reply gets here. */
const TAKING_SHARE = 0.75;

/** Mailboxes as Redis lists, shared with programs that push straight into Redis. */
export class RedisMailboxes implements MailboxEngine {
  readonly #deployment: Deployment;
  readonly #names: Names;
  readonly #unique: Unique;
  readonly #clock: Clock;
  readonly #takingMs: number;
  readonly #leaseMs: number;
  readonly #maxLength: string;

  constructor(options: RedisMailboxesOptions) {
    this.#deployment = options.deployment;
    this.#names = options.names;
    this.#unique = options.unique;
    this.#clock = options.clock;
    this.#takingMs = options.timeoutMs * TAKING_SHARE;
    this.#leaseMs = options.leaseMs;
    this.#maxLength = String(options.maxLength);
  }

  async push(uid: string, value: string): Promise<void> {
    const { list, channel } = this.#names.mailbox(uid);
    const length = await this.#deployment.run('push', [list], [channel, value, this.#maxLength], channel);
    if (length === 0) throw new CometError('MAILBOX_FULL');
  }

  async pop(uid: string, count: number, parked: boolean): Promise<Popped> {
    const { list, flight } = this.#names.mailbox(uid);
    const until = this.#deployment.timeOf(list).toRedis(this.#clock.now() + this.#takingMs);
    const notAfter = Number.isFinite(until) ? until.toFixed(0) : 'inf';
    const reply = await this.#deployment.run('pop', [list, flight], [String(count), parked ? '1' : '0', notAfter]);
    const [leasedFor, ...values] = reply as [number, ...string[]];
    // Redis stood still meanwhile, or its clock was set: nothing was taken.
    if (leasedFor < 0) throw new CometError('ENGINE_UNAVAILABLE');
    return { values, leasedFor };
  }

  async giveBack(uid: string, values: readonly string[]): Promise<void> {
    if (values.length === 0) return;
    const { list, channel } = this.#names.mailbox(uid);
    await this.#deployment.run('give-back', [list], [channel, ...values], channel);
  }

  async take(uid: string, ack: string, parked: boolean): Promise<Taken> {
    const { list, flight } = this.#names.mailbox(uid);
    const args = [ack, parked ? '1' : '0', this.#unique.next(), String(this.#leaseMs)];
    const [leasedFor, id, value] = (await this.#deployment.run('take', [list, flight], args)) as [
      number,
      string?,
      string?,
    ];
    return { message: id === undefined || value === undefined ? null : { id, value }, leasedFor };
  }

  watch(uid: string): void {
    this.#deployment.watchMailbox(uid);
  }

  unwatch(uid: string): void {
    this.#deployment.unwatchMailbox(uid);
  }
}
