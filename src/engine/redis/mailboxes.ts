import type { MailboxEngine, Popped, Taken } from '../engine.ts';
import type { Commands } from './commands.ts';
import type { Names } from './names.ts';
import type { Subscriber } from './subscriber.ts';
import type { Unique } from './unique.ts';

/** Mailboxes as Redis lists, shared with programs that push straight into Redis. */
export class RedisMailboxes implements MailboxEngine {
  readonly #commands: Commands;
  readonly #names: Names;
  readonly #subscriber: Subscriber;
  readonly #unique: Unique;
  readonly #leaseMs: number;

  constructor(commands: Commands, names: Names, subscriber: Subscriber, unique: Unique, leaseMs: number) {
    this.#commands = commands;
    this.#names = names;
    this.#subscriber = subscriber;
    this.#unique = unique;
    this.#leaseMs = leaseMs;
  }

  async push(uid: string, value: string): Promise<void> {
    const { list, channel } = this.#names.mailbox(uid);
    await this.#commands.run('push', [list], [channel, value]);
  }

  async pop(uid: string, count: number, parked: boolean): Promise<Popped> {
    const { list, flight } = this.#names.mailbox(uid);
    const reply = await this.#commands.run('pop', [list, flight], [String(count), parked ? '1' : '0']);
    const [leasedFor, ...values] = reply as [number, ...string[]];
    return { values, leasedFor };
  }

  async giveBack(uid: string, values: readonly string[]): Promise<void> {
    if (values.length === 0) return;
    const { list, channel } = this.#names.mailbox(uid);
    await this.#commands.run('give-back', [list], [channel, ...values]);
  }

  async take(uid: string, ack: string, parked: boolean): Promise<Taken> {
    const { list, flight } = this.#names.mailbox(uid);
    const args = [ack, parked ? '1' : '0', this.#unique.next(), String(this.#leaseMs)];
    const [leasedFor, id, value] = (await this.#commands.run('take', [list, flight], args)) as [
      number,
      string?,
      string?,
    ];
    return { message: id === undefined || value === undefined ? null : { id, value }, leasedFor };
  }

  watch(uid: string): void {
    this.#subscriber.uids.watch(uid);
    this.#subscriber.changed();
  }

  unwatch(uid: string): void {
    this.#subscriber.uids.unwatch(uid);
    this.#subscriber.changed();
  }
}
