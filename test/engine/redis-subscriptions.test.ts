import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type SubscriptionCommand, Subscriptions } from '../../src/engine/redis/subscriptions.ts';

const TOPICS = ['a', 'b', 'c', 'd', 'e'] as const;
const BATCH = 3;

/** Redis and the way to it: takes commands, does them in order, later. */
class FakeConnection {
  readonly subscribed = new Set<string>();
  readonly #queue: SubscriptionCommand[] = [];

  get busy(): boolean {
    return this.#queue.length > 0;
  }

  send(command: SubscriptionCommand): void {
    // One command about a topic at a time: then no order of acknowledgements can be wrong.
    for (const topic of command.topics) expect(this.#queue.flatMap(({ topics }) => topics)).not.toContain(topic);
    expect(command.topics.length).toBeLessThanOrEqual(BATCH);
    expect(new Set(command.topics).size).toBe(command.topics.length);
    for (const topic of command.topics) expect(this.subscribed.has(topic)).toBe(command.type === 'unsubscribe');
    this.#queue.push(command);
  }

  /** Does the oldest command, and gives it to be acknowledged. */
  answer(): SubscriptionCommand | undefined {
    const command = this.#queue.shift();
    for (const topic of command?.topics ?? []) {
      if (command?.type === 'subscribe') this.subscribed.add(topic);
      else this.subscribed.delete(topic);
    }
    return command;
  }
}

/** Subscriptions between somebody who wants and a connection that comes and goes. */
class Scene {
  readonly subscriptions = new Subscriptions(BATCH);
  connection: FakeConnection | null = null;
  /** What is wanted, and how often each was told live since it is. */
  readonly wanted = new Map<string, number>();

  step([action, topic]: Step): void {
    switch (action) {
      case 'watch':
        if (!this.wanted.has(topic)) this.wanted.set(topic, 0);
        this.subscriptions.watch(topic);
        break;
      case 'unwatch':
        this.wanted.delete(topic);
        this.subscriptions.unwatch(topic);
        break;
      case 'connect':
        this.connection = new FakeConnection();
        for (const wanted of this.wanted.keys()) this.wanted.set(wanted, 0);
        this.subscriptions.connected();
        break;
      case 'disconnect':
        this.connection = null;
        for (const wanted of this.wanted.keys()) this.wanted.set(wanted, 0);
        this.subscriptions.disconnected();
        break;
      case 'answer':
        this.answer();
        break;
      case 'pump':
        this.pump();
        break;
    }
    this.check();
  }

  answer(): void {
    const command = this.connection?.answer();
    if (command !== undefined) this.subscriptions.acknowledged(command);
  }

  pump(): void {
    for (const topic of this.subscriptions.takeLive()) {
      // Only what is wanted and really subscribed is told live, and once.
      expect(this.connection?.subscribed.has(topic)).toBe(true);
      expect(this.wanted.get(topic)).toBe(0);
      this.wanted.set(topic, 1);
    }
    if (this.connection === null) return;
    for (let command = this.subscriptions.next(); command !== null; command = this.subscriptions.next()) {
      this.connection.send(command);
    }
  }

  check(): void {
    const told = [...this.wanted].filter(([, times]) => times > 0).map(([topic]) => topic);
    expect(this.subscriptions.live().sort()).toEqual(told.sort());
    for (const topic of TOPICS) {
      const live = this.subscriptions.isLive(topic);
      expect(live).toBe(told.includes(topic));
      // A notice of what is live does arrive.
      if (live) expect(this.connection?.subscribed.has(topic)).toBe(true);
    }
  }

  /** Lets everything that is under way come to its end. */
  settle(): void {
    if (this.connection === null) this.step(['connect', 'a']);
    for (let quiet = false; !quiet; ) {
      this.pump();
      quiet = !this.connection?.busy;
      this.answer();
    }
    this.pump();
  }
}

type Step = readonly [action: 'watch' | 'unwatch' | 'connect' | 'disconnect' | 'answer' | 'pump', topic: string];

const steps = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('watch', 'unwatch', 'pump', 'answer') },
      { weight: 1, arbitrary: fc.constantFrom('connect', 'disconnect') },
    ),
    fc.constantFrom(...TOPICS),
  ) as fc.Arbitrary<Step>,
  { maxLength: 60, size: 'max' },
);

describe('subscriptions', () => {
  it('hold for every order of watching, leaving, acknowledgements and lost connections', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const scene = new Scene();
        for (const step of all) scene.step(step);
        scene.settle();
        // In the end: subscribed to exactly what is wanted, all of it told.
        expect([...(scene.connection?.subscribed ?? [])].sort()).toEqual([...scene.wanted.keys()].sort());
        expect([...scene.wanted.values()].every((times) => times === 1)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('name at most a batch of topics a command', () => {
    const subscriptions = new Subscriptions(2);
    subscriptions.connected();
    for (const topic of ['a', 'b', 'c']) subscriptions.watch(topic);
    expect(subscriptions.next()).toEqual({ type: 'subscribe', topics: ['a', 'b'] });
    expect(subscriptions.next()).toEqual({ type: 'subscribe', topics: ['c'] });
    expect(subscriptions.next()).toBeNull();
  });

  it('tell again what is watched again, without a command', () => {
    const subscriptions = new Subscriptions(2);
    subscriptions.connected();
    subscriptions.watch('a');
    const command = subscriptions.next();
    if (command !== null) subscriptions.acknowledged(command);
    expect(subscriptions.takeLive()).toEqual(['a']);
    subscriptions.unwatch('a');
    subscriptions.watch('a');
    expect(subscriptions.next()).toBeNull();
    expect(subscriptions.takeLive()).toEqual(['a']);
    expect(subscriptions.takeLive()).toEqual([]);
  });

  it('forget what is not watched: nothing piles up', () => {
    const subscriptions = new Subscriptions(512);
    for (let i = 0; i < 1_000; i++) {
      subscriptions.watch(`k${i}`);
      subscriptions.unwatch(`k${i}`);
    }
    subscriptions.connected();
    expect(subscriptions.next()).toBeNull();
  });
});
