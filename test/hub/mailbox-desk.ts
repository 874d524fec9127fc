import type { CometError } from '../../src/errors.ts';
import { Hub } from '../../src/hub/hub.ts';
import { type MailboxEnd, MailboxPoll } from '../../src/hub/mailbox-poll.ts';
import { Meters } from '../../src/metrics/meters.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeMailboxes } from './fake-mailboxes.ts';
import { settled } from './world.ts';

export const UID = '42';

/** A mailbox poll that writes down what it was told. */
export class TestMailboxPoll extends MailboxPoll {
  readonly told: string[] = [];
  /** Its client is gone, and nobody has noticed yet. */
  dead = false;

  override onMessage(value: string, id: string | null): boolean {
    if (this.dead) return false;
    this.told.push(id === null ? value : `${value} ${id}`);
    return true;
  }

  override onEnd(end: MailboxEnd): void {
    this.told.push(end);
  }

  override onError(error: CometError): void {
    this.told.push(error.code);
  }
}

/** Polls of one mailbox, and the engine that holds it. */
export class MailboxDesk {
  readonly clock = new FakeClock();
  readonly box = new FakeMailboxes(this.clock);
  readonly meters = new Meters();
  readonly hub = new Hub({
    engine: this.box.engine,
    clock: this.clock,
    meters: this.meters,
    maxWaiters: 100,
    maxWaitersPerKey: 3,
    maxWatchedKeys: 100,
    lingerMs: 30_000,
    historySize: 16,
    mailboxWaitMinMs: 15_000,
    mailboxWaitMaxMs: 900_000,
  });

  constructor() {
    this.box.events = this.hub.feed;
  }

  /** Polls and lets the engine answer. */
  async poll(ack: string | null = null, timeout = Number.POSITIVE_INFINITY): Promise<TestMailboxPoll> {
    const arrived = this.arrive(ack, timeout);
    await settled();
    return arrived;
  }

  /** Polls, and the engine has not answered yet. */
  arrive(ack: string | null = null, timeout = Number.POSITIVE_INFINITY): TestMailboxPoll {
    const arrived = new TestMailboxPoll(ack, timeout);
    this.hub.mailboxes.poll(arrived, UID);
    return arrived;
  }

  /** The subscription is acknowledged. */
  async live(): Promise<void> {
    this.hub.feed.live([], [...this.box.watched]);
    await settled();
  }

  async push(...values: string[]): Promise<void> {
    for (const value of values) await this.box.push(UID, value);
    await settled();
  }

  /** The answers that were held back arrive. */
  async release(): Promise<void> {
    const held = this.box.held ?? [];
    this.box.held = null;
    for (const release of held) release();
    await settled();
  }

  async turn(ms: number): Promise<void> {
    this.clock.turn(ms);
    this.hub.advance();
    await settled();
  }
}
