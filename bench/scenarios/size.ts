/** How much is done. */
export interface Size {
  readonly name: string;
  readonly runs: number;
  /** Of the fan-out. */
  readonly waiters: number;
  /** Deliveries that a fan-out measures, and those before it that it drops. */
  readonly deliveries: number;
  readonly warmupDeliveries: number;
  /** Of the cycle, and mailboxes. */
  readonly keys: number;
  /** Of each measurement that has no natural end, and of the warm-up before it. */
  readonly seconds: number;
  readonly warmupSeconds: number;
  /** Connections of a storm. */
  readonly storm: number;
  /** Waiters that are parked for memory and idle CPU; also the last of `growth`. */
  readonly parked: number;
  /** Until memory is read, and then until idle CPU is. */
  readonly settleSeconds: number;
  readonly idleSeconds: number;
  /** Numbers of waiters that show how the cost of a delivery grows. */
  readonly growth: readonly number[];
  /** Publishes that nobody waits for, of which Redis' commands are counted. */
  readonly unheard: number;
}

export const FULL: Size = {
  name: 'full',
  runs: 3,
  waiters: 5_000,
  deliveries: 50_000,
  warmupDeliveries: 25_000,
  keys: 2_000,
  seconds: 5,
  warmupSeconds: 3,
  storm: 4_000,
  parked: 18_000,
  settleSeconds: 30,
  idleSeconds: 120,
  growth: [1_000, 3_000, 9_000, 18_000],
  unheard: 1_000,
};

export const QUICK: Size = {
  ...FULL,
  name: 'quick',
  runs: 1,
  deliveries: 25_000,
  warmupDeliveries: 15_000,
  seconds: 3,
  warmupSeconds: 2,
  settleSeconds: 15,
  idleSeconds: 60,
  growth: [1_000, 18_000],
};

/** Shows that every scenario works; its figures mean nothing. */
export const SMOKE: Size = {
  name: 'smoke',
  runs: 1,
  waiters: 200,
  deliveries: 400,
  warmupDeliveries: 200,
  keys: 100,
  seconds: 0.5,
  warmupSeconds: 0.2,
  storm: 200,
  parked: 200,
  settleSeconds: 0.2,
  idleSeconds: 0.5,
  // The same work as the fan-out's, which is shown to work there.
  growth: [],
  unheard: 50,
};

/** Files that a process needs beside those of its waiters. */
const SPARE_FILES = 1_000;

/** The same with no more waiters than a process may have files. */
export function within(size: Size, files: number): Size {
  const most = files - SPARE_FILES;
  const atMost = (waiters: number): number => Math.min(waiters, most);
  const growth = [...new Set(size.growth.map(atMost))];
  return { ...size, waiters: atMost(size.waiters), parked: atMost(size.parked), storm: atMost(size.storm), growth };
}
