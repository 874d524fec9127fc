import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisServer } from '../../test/support/redis-server.ts';
import { until } from '../../test/support/until.ts';
import { isCaughtUp } from '../check/caught-up.ts';
import { judge, type Verdict } from '../check/judge.ts';
import { LATEST_MS, LEASE_MS } from '../check/lateness.ts';
import { Quiet } from '../check/quiet.ts';
import type { Violation } from '../check/violation.ts';
import { Crowd } from '../clients/crowd.ts';
import { Site } from '../clients/site.ts';
import { CpuWatch } from '../deployment/cpu-watch.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { History } from '../history/history.ts';
import { Recorder } from '../history/recorder.ts';
import { Random } from '../random.ts';
import type { Schedule, Step } from './schedule.ts';

/** How long followers have to catch up when all is over: longer than what the checks call late. */
const CATCH_UP_MS = LATEST_MS + 2_000;

/** However little CPU there is. */
const MAX_CATCH_UP_MS = 90_000;

export interface Played extends Verdict {
  readonly history: History;
  /** On the history's clock. */
  readonly startedAt: number;
  /** Polls, streams and WebSockets that were refused or broke. */
  readonly interruptions: number;
  /** What the machines have written since they were started. */
  readonly output: string;
  /** Redis failed over by itself, as it does where it gets no CPU: what is missing then nobody can judge. */
  readonly isVoid: boolean;
}

/** One run: clients publish and follow while the schedule breaks things; then their history is judged. */
export class Run {
  readonly #deployment: Deployment;
  readonly #schedule: Schedule;
  readonly #recorder = new Recorder();
  readonly #broken: Violation[] = [];

  constructor(deployment: Deployment, schedule: Schedule) {
    this.#deployment = deployment;
    this.#schedule = schedule;
  }

  /** Never rejects because of what the server does: that is a violation. Call it once. */
  async play(): Promise<Played> {
    const { store } = this.#deployment;
    const before = await store.masters();
    const startedAt = this.#recorder.now();
    const random = new Random(this.#schedule.seed).fork();
    const { front, workers } = this.#deployment;
    const site = new Site({ recorder: this.#recorder, front, workers });
    const crowd = new Crowd(site, `c${this.#schedule.seed}-${Date.now().toString(36)}`, random);
    const cpu = new CpuWatch(this.#deployment.machines, this.#recorder);
    const following = crowd.follow();
    const publishing = this.#expect('publishers', crowd.publish());
    try {
      const steps = this.#schedule.steps.map((step) => this.#disturb(step, crowd, random.fork()));
      await Promise.all([...steps, sleep(this.#schedule.seconds * 1000)]);
      crowd.hush();
      // What Redis has lost nobody catches up with.
      const redisLostData = this.#recorder.history.disturbances.some(({ lossFrom }) => lossFrom !== null);
      if (!redisLostData) await this.#catchUp(CATCH_UP_MS);
      crowd.stop();
      await publishing;
      await this.#catchUp(redisLostData ? CATCH_UP_MS + LEASE_MS : CATCH_UP_MS);
    } finally {
      crowd.stop();
      site.close();
      await following;
      await cpu.close();
      this.#recorder.close();
    }
    const { history, interruptions } = this.#recorder;
    const verdict = judge(history);
    const violations = [...verdict.violations, ...this.#broken];
    const isVoid =
      (await this.#elections(before)) > this.#schedule.steps.reduce((sum, { fault }) => sum + fault.elections, 0);
    const output = this.#deployment.machines.map((machine) => machine.output).join('\n');
    return { ...verdict, violations, history, startedAt, interruptions, output, isVoid };
  }

  /**
   * Waits until everybody has everything, or should have had it: so many milliseconds in which everybody had a CPU. The
   * checks tell which.
   */
  async #catchUp(quietMs: number): Promise<void> {
    const { history } = this.#recorder;
    const since = this.#recorder.now();
    const isOver = () => isCaughtUp(history) || new Quiet(history).between(since, this.#recorder.now()) > quietMs;
    await until(isOver, { timeout: MAX_CATCH_UP_MS, interval: 20 }).catch(() => {});
  }

  async #disturb({ fault, at, hold }: Step, crowd: Crowd, random: Random): Promise<void> {
    await sleep(at);
    const from = this.#recorder.now();
    let [backAt, lossFrom]: [number, number | null] = [Number.POSITIVE_INFINITY, null];
    const onBack = () => {
      if (Number.isFinite(backAt)) return;
      backAt = this.#recorder.now();
      crowd.healed();
    };
    await this.#expect(
      fault.name,
      (async () => {
        const injected = await fault.inject({ deployment: this.#deployment, random, keys: crowd.keys });
        lossFrom = injected.lossFrom ?? null;
        await sleep(hold);
        await injected.heal(onBack);
      })(),
    );
    onBack();
    const to = this.#recorder.now();
    this.#recorder.disturbed({ fault: fault.name, from, to, backAt, lives: fault.lives, lossFrom });
  }

  /** How many masters are others than before. */
  async #elections(before: readonly RedisServer[]): Promise<number> {
    const after = await until(() => this.#deployment.store.masters(), { interval: 100, message: 'Redis to be asked' });
    return after.filter((master) => !before.includes(master)).length;
  }

  /** What fails here is a violation: the server, or what was broken, did not come back. */
  async #expect(who: string, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#broken.push({ kind: 'broken', who, where: '', what: String(error), at: this.#recorder.now() });
    }
  }
}
