import type { Random } from '../random.ts';
import { KeyPoller } from './key-poller.ts';
import { MailboxConsumer } from './mailbox-consumer.ts';
import { Publisher } from './publisher.ts';
import type { Site, Way } from './site.ts';
import { SocketFollower } from './socket-follower.ts';
import { StreamFollower } from './stream-follower.ts';

/** Milliseconds between two publishes: keys that are always busy, and keys on which polls stay parked. */
const PACES = [60, 100, 150, 250, 400, 700, 1_500, 4_000];
/** Of mailboxes that are read with `ack`, and then of those that are read without. */
const MAILBOX_PACES = [80, 150, 300, 1_500, 110, 500];
const ACKNOWLEDGED = 4;
/** Of the keys, and of the mailboxes, those that fall silent with the first heal. */
const SHY = [2, 5, 6];
const SHY_MAILBOXES = [2];
/** Seconds that a poll waits: some time out again and again, some stay parked through everything. */
const TIMEOUTS = [0.7, 3, 30];

interface Client {
  run(): Promise<void>;
}

/** All publishers and followers of a run, on names that no other run has. */
export class Crowd {
  readonly keys: readonly string[];
  readonly #publishers: readonly Publisher[];
  readonly #shy: ReadonlySet<Publisher>;
  readonly #followers: readonly Client[];

  /** `name` goes before each key and uid. What each client is like follows from `random`. */
  constructor(site: Site, name: string, random: Random) {
    const way = (): Way => random.pick(['front', 'direct']);
    this.keys = PACES.map((_, index) => `${name}-k${index}`);
    const uids = MAILBOX_PACES.map((_, index) => `${name}-m${index}`);
    this.#publishers = [
      ...this.keys.map((target, index) => {
        const paceMs = PACES[index] as number;
        return new Publisher({ site, way: way(), call: '/set', target, paceMs, isPatient: random.next() < 0.5 });
      }),
      ...uids.map((target, index) => {
        const paceMs = MAILBOX_PACES[index] as number;
        return new Publisher({ site, way: way(), call: '/push', target, paceMs, isPatient: false });
      }),
    ];
    const shy = [...SHY, ...SHY_MAILBOXES.map((index) => this.keys.length + index)];
    this.#shy = new Set(this.#publishers.filter((_, index) => shy.includes(index)));
    const poller = (name: string, keys: readonly string[], want: 'every' | 'newest') =>
      new KeyPoller({ site, way: way(), name, keys, want, timeout: random.pick(TIMEOUTS) });
    const halves = [0, 1].map((half) => this.keys.filter((_, index) => index % 2 === half));
    this.#followers = [
      ...this.keys.flatMap((key) => [poller('poll', [key], 'newest'), poller('poll all', [key], 'every')]),
      ...halves.flatMap((keys) => [
        poller('poll of several', keys, 'newest'),
        poller('poll all of several', keys, 'every'),
      ]),
      ...halves.map((keys) => new StreamFollower({ site, way: way(), name: 'stream', keys })),
      ...halves.map((keys) => new SocketFollower({ site, way: way(), name: 'socket', keys })),
      ...uids.map(
        (uid, index) =>
          new MailboxConsumer({
            ...{ site, way: way(), uid, timeout: random.pick(TIMEOUTS) },
            ...(index < ACKNOWLEDGED
              ? { name: 'consumer', isAcknowledging: true }
              : { name: 'taker', isAcknowledging: false }),
          }),
      ),
    ];
  }

  /** Resolves when the site is closed. */
  async follow(): Promise<void> {
    await Promise.all(this.#followers.map((client) => client.run()));
  }

  /** Publishes until `stop`; rejects if one of the last values was not taken. */
  async publish(): Promise<void> {
    await Promise.all(this.#publishers.map((publisher) => publisher.run()));
  }

  stop(): void {
    for (const publisher of this.#publishers) publisher.stop();
  }

  /** Nobody publishes until `stop`. */
  hush(): void {
    for (const publisher of this.#publishers) publisher.hush();
  }

  /**
   * A fault is over. Most publishers publish now, to see how soon that arrives; some fall silent: what they published
   * while it was broken must arrive all the same.
   */
  healed(): void {
    for (const publisher of this.#publishers) {
      if (this.#shy.has(publisher)) publisher.hush();
      else publisher.nudge();
    }
  }
}
