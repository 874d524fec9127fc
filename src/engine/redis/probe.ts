import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { Meters } from '../../metrics/meters.ts';
import type { Commands } from './commands.ts';
import type { Connection } from './connection.ts';
import type { Link } from './link.ts';
import type { ProbeNames } from './names.ts';
import type { RedisTime } from './redis-time.ts';
import { reasonOf } from './refusals.ts';

export interface ProbeOptions {
  readonly commands: Commands;
  readonly commandLink: Link;
  readonly subscriberLink: Link;
  /** As they are for the subscriber connection that stands; `null` while nothing can be probed. */
  readonly names: () => ProbeNames | null;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly time: RedisTime;
  readonly clock: Clock;
  readonly meters: Meters;
  readonly log: Logger;
  /** What was reached is no master (any more): no connection to it is good. */
  readonly onDemoted: () => void;
  /** The data that was there is gone. */
  readonly onStoreLost: () => void;
}

/** A probe that Redis has, or may have, accepted. */
interface Sent {
  readonly number: number;
  readonly subscriber: Connection;
  /** When Redis accepted it, on our clock; `null` while that isn't known. */
  acceptedAt: number | null;
}

/**
 * Proves, again and again, that what is published reaches this process: a subscriber connection can look healthy and be
 * dead. One that doesn't prove itself in time is replaced. On the way it learns Redis' clock and whether the data was
 * lost.
 */
export class Probe {
  readonly #options: ProbeOptions;
  #timer: NodeJS.Timeout | null = null;
  #looks: NodeJS.Timeout | null = null;
  #number = 0;
  #sent: Sent | null = null;
  /** The subscriber connection of the last probe that came back, and when it did. */
  #proven: Connection | null = null;
  #provenAt = 0;
  /** The store epoch as it was last, and the key under which it stood. */
  #store: { readonly key: string; readonly epoch: string } | null = null;

  constructor(options: ProbeOptions) {
    this.#options = options;
  }

  start(): void {
    // The first one goes out by itself, as soon as both connections stand.
    this.#timer ??= setInterval(() => {
      this.#ping();
      void this.send();
    }, this.#options.intervalMs);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#endLooks();
  }

  /** Whether the subscriber connection that stands now has proven itself lately. */
  get proven(): boolean {
    const { clock, intervalMs, timeoutMs, subscriberLink } = this.#options;
    return (
      this.#proven !== null &&
      this.#proven === subscriberLink.connection &&
      clock.now() - this.#provenAt <= 2 * intervalMs + timeoutMs
    );
  }

  /** Sends a probe unless one is under way or a connection is missing. */
  async send(): Promise<void> {
    const { commands, commandLink, subscriberLink, clock, time, log } = this.#options;
    const subscriber = subscriberLink.connection;
    const names = this.#options.names();
    if (this.#sent?.subscriber === subscriber || subscriber === null || commandLink.connection === null) return;
    if (names === null) return;
    const sent: Sent = { number: ++this.#number, subscriber, acceptedAt: null };
    this.#sent = sent;
    this.#beginLooks();
    const sentAt = clock.now();
    try {
      const reply = await commands.run('probe', [names.storeEpoch], [names.channel, String(sent.number), randomUUID()]);
      const [heard, seconds, microseconds, role, epoch] = reply as [number, number, number, string, string];
      time.learn(sentAt, clock.now(), seconds * 1000 + microseconds / 1000);
      sent.acceptedAt = clock.now();
      if (role !== 'master') this.#options.onDemoted();
      else if (heard === 0) this.#fail(sent, 'nobody heard the probe');
      else this.#compare(names.storeEpoch, epoch);
    } catch (error) {
      // Not a failure of pub/sub; the next interval tries again.
      if (this.#sent === sent) this.#sent = null;
      log.debug({ reason: reasonOf(error) }, 'probe was not accepted');
    }
  }

  /** Takes a message of the probe's channel: `<number> <accepted at, us of Redis>`. */
  heard(message: string): void {
    const { clock, meters, time, subscriberLink } = this.#options;
    const [number, acceptedAt] = message.split(' ');
    const sent = this.#sent;
    if (sent === null || Number(number) !== sent.number || sent.subscriber !== subscriberLink.connection) return;
    this.#sent = null;
    this.#proven = sent.subscriber;
    this.#provenAt = clock.now();
    meters.pubsubLag.observe(Math.max(0, this.#provenAt - time.toLocal(Number(acceptedAt) / 1000)) / 1000);
  }

  /** Often while a probe is under way, so that its deadline is hardly overrun, and not at all while there is none. */
  #beginLooks(): void {
    const { intervalMs, timeoutMs } = this.#options;
    this.#looks ??= setInterval(() => this.#judge(), Math.max(5, Math.min(intervalMs, timeoutMs / 8)));
  }

  #endLooks(): void {
    if (this.#looks !== null) clearInterval(this.#looks);
    this.#looks = null;
  }

  #judge(): void {
    const sent = this.#sent;
    if (sent === null) this.#endLooks();
    if (sent === null || sent.acceptedAt === null) return;
    const { clock, timeoutMs } = this.#options;
    if (clock.now() - sent.acceptedAt < timeoutMs) return;
    // After a stall of this process the probe may lie in the socket, unread: what has arrived is read first.
    setImmediate(() => {
      if (this.#sent === sent) this.#fail(sent, `the probe did not come back within ${timeoutMs} ms`);
    });
  }

  #fail(sent: Sent, reason: string): void {
    const { meters, log } = this.#options;
    if (this.#sent !== sent) return;
    this.#sent = null;
    meters.probeFailures++;
    log.warn({ reason }, 'subscriber connection is dead, replacing it');
    sent.subscriber.destroy(new Error(reason));
  }

  /** Finds a silent subscriber also while no command gets through: its own deadline ends it. */
  #ping(): void {
    const { subscriberLink, log } = this.#options;
    subscriberLink.connection?.send(['PING']).catch((error: unknown) => {
      log.debug({ reason: reasonOf(error) }, 'subscriber did not answer a ping');
    });
  }

  #compare(key: string, epoch: string): void {
    const before = this.#store;
    this.#store = { key, epoch };
    if (before === null || before.key !== key || before.epoch === epoch) return;
    this.#options.log.warn('redis has lost its data, reading everything again');
    this.#options.onStoreLost();
  }
}
