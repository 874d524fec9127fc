import { setTimeout as sleep } from 'node:timers/promises';
import { Invalid } from '../invalid.ts';
import { allParked } from './census.ts';
import { dialectNamed } from './dialects/catalogue.ts';
import { BARE, BROWSER } from './dialects/request.ts';
import { Dialer } from './dialer.ts';
import { Faults } from './faults.ts';
import { Publishers } from './publishers.ts';
import type { Stamp } from './stamp.ts';
import type { Target } from './target.ts';
import type { OpenTask } from './task.ts';
import { Waiter } from './waiter.ts';

/** How long a delivery may take before it counts as missing. */
const DELIVERY_MS = 30_000;

/** Clients that join at the same time. */
const AT_ONCE = 100;

/** Waiters on keys, and the connections that publish to these. */
export class Crowd {
  readonly target: Target;
  readonly waiters: readonly Waiter[];
  readonly publishers: Publishers;
  /** Called for each delivery, after it was found to be the right one. */
  woken: (waiter: Waiter, stamp: Stamp) => void = () => {};
  readonly keys: readonly string[];
  readonly #faults: Faults;

  /** Resolves when all waiters are parked. */
  static async open(task: OpenTask): Promise<Crowd> {
    const dialer = new Dialer(task.target.endpoints);
    const publishing = await dialer.openMany(task.publishers);
    const polling = await dialer.openMany(task.waiters);
    const dialect = dialectNamed(task.target.dialect, task.browser ? BROWSER : BARE);
    const faults = new Faults();
    const failed = (error: Error): void => faults.raise(error);
    const crowd: Crowd = new Crowd(
      task,
      polling.map((connection, index) => {
        const woken = (waiter: Waiter, stamp: Stamp): void => crowd.woken(waiter, stamp);
        return new Waiter({ connection, dialect, key: `k${index % task.keys}`, woken, failed });
      }),
      new Publishers({ connections: publishing, dialect, failed }),
      faults,
    );
    await crowd.#join();
    await crowd.park();
    return crowd;
  }

  private constructor(task: OpenTask, waiters: readonly Waiter[], publishers: Publishers, faults: Faults) {
    this.target = task.target;
    this.keys = Array.from({ length: task.keys }, (_, index) => `k${index}`);
    this.waiters = waiters;
    this.publishers = publishers;
    this.#faults = faults;
  }

  /** Not all at once: this is not a storm. */
  async #join(): Promise<void> {
    for (let next = 0; next < this.waiters.length; next += AT_ONCE) {
      const some = this.waiters.slice(next, next + AT_ONCE);
      await Promise.all(some.map((waiter) => waiter.join()));
    }
  }

  /** All poll; resolves when all are parked. */
  async park(): Promise<void> {
    for (const waiter of this.waiters) waiter.poll();
    await this.#faults.orElse(allParked(this.target, this.waiters.length));
  }

  /** Resolves once `isOver` holds; throws what went wrong meanwhile, also when it takes longer than `patience` (ms). */
  async until(isOver: () => boolean, patience = DELIVERY_MS): Promise<void> {
    const deadline = performance.now() + patience;
    while (!isOver()) {
      if (performance.now() > deadline) throw new Invalid(`deliveries are missing after ${patience / 1000} s`);
      await this.pause(2);
    }
  }

  /** Throws what went wrong meanwhile. */
  async pause(milliseconds: number): Promise<void> {
    await this.#faults.orElse(sleep(milliseconds));
  }

  close(): void {
    for (const waiter of this.waiters) waiter.close();
    this.publishers.close();
  }
}
