import { Hub } from '../../src/hub/hub.ts';
import { Meters } from '../../src/metrics/meters.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeEngine, type Progress } from './fake-engine.ts';
import { Follower } from './follower.ts';

export const HISTORY = 4;
/** Far more than a healthy hub needs to come to rest, and less time than any poll waits for. */
const MOST_ROUNDS = 100;
/** One key: what is said of two of them never meets. */
export const KEY = 'a';

/** What the engine does next, where it has something to do. */
export type EngineStep = Progress | 'failReads' | 'cut';

/** A hub on an engine whose every step the test takes, and clients that check what they are told. */
export class World {
  readonly clock = new FakeClock();
  readonly engine = new FakeEngine(HISTORY);
  readonly meters = new Meters();
  readonly hub = new Hub({
    engine: this.engine,
    clock: this.clock,
    meters: this.meters,
    maxWaiters: 100,
    maxWaitersPerKey: 100,
    maxWatchedKeys: 100,
    lingerMs: 30_000,
    historySize: HISTORY,
    mailboxWaitMinMs: 15_000,
    mailboxWaitMaxMs: 900_000,
  });
  readonly followers = [
    new Follower(this.hub, KEY, this.engine.truth(KEY), false, true),
    new Follower(this.hub, KEY, this.engine.truth(KEY), false, false),
    new Follower(this.hub, KEY, this.engine.truth(KEY), true, true),
  ];

  constructor() {
    this.engine.start(this.hub.feed);
  }

  /** Whoever doesn't wait already. */
  everybodyPolls(): void {
    for (const follower of this.followers) follower.start(50_000, false);
  }

  /** Takes steps of the engine in this order, as often as named. */
  async steps(...steps: EngineStep[]): Promise<void> {
    for (const step of steps) await this.#step(step);
  }

  /** Takes the step that has this place, counted round and round, among those that bring things forward. */
  async advance(place: number): Promise<void> {
    const steps = this.engine.possible();
    const step = steps[place % steps.length];
    if (step !== undefined) await this.#step(step);
  }

  /** Everything that is under way arrives. Rejects if there is no end to it. */
  async settle(): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const steps = this.engine.possible();
      if (steps.length === 0) return;
      for (const step of steps) await this.#step(step);
    }
    throw new Error('the hub asks the engine for ever');
  }

  async turn(ms: number): Promise<void> {
    this.clock.turn(ms);
    this.hub.advance();
    await settled();
  }

  /** The faults end, every message arrives, and less time passes than any poll waits for. */
  async heal(): Promise<void> {
    // What waits for a pause of the hub comes back after it; three idle pauses in a row mean that nothing does.
    for (let [idle, round] = [0, 0]; idle < 3; round++) {
      if (round === MOST_ROUNDS) throw new Error('the hub never comes to rest');
      idle = this.engine.possible().length > 0 ? 0 : idle + 1;
      await this.settle();
      await this.turn(300);
    }
  }

  /** Takes a step and lets the hub act upon it; false if there was nothing to do. */
  async #step(step: EngineStep): Promise<boolean> {
    if (this.engine[step]() === false) return false;
    // What is executed at the store reaches the hub by a step of its own.
    if (step !== 'executeRead' && step !== 'executeSubscribe') await settled();
    return true;
  }
}

/** Lets every promise that can go on go on. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await Promise.resolve();
}
