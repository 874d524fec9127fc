import type { Target } from './target.ts';

/** What the load process can be told to do. `open` comes before `rounds`, `cycle` and `pace`, which use its waiters. */
export type Task =
  | OpenTask
  | RoundsTask
  | CycleTask
  | PaceTask
  | StormTask
  | HammerTask
  | UnheardTask
  | { readonly type: 'close' };

/** Opens a connection a waiter, sends the first polls and waits until the server says that all are parked. */
export interface OpenTask {
  readonly type: 'open';
  readonly target: Target;
  readonly waiters: number;
  /** The waiters share them evenly. */
  readonly keys: number;
  /** Connections that publish; a waiting publish takes the first one that is free. */
  readonly publishers: number;
  /** Sends what a browser would. */
  readonly browser: boolean;
}

/** Rounds of: publish once to every key, wait until every waiter has it; all poll again outside of the measurement. */
export interface RoundsTask {
  readonly type: 'rounds';
  readonly warmups: number;
  readonly rounds: number;
}

/** Every waiter polls again as soon as it is woken, and its key is published to again: as fast as it goes. */
export interface CycleTask {
  readonly type: 'cycle';
  readonly warmupSeconds: number;
  readonly seconds: number;
}

/** The same at a fixed rate, publishes a second. */
export interface PaceTask {
  readonly type: 'pace';
  readonly rate: number;
  readonly warmupSeconds: number;
  readonly seconds: number;
}

/** Fresh connections, all at once, each with one request that has its answer already. */
export interface StormTask {
  readonly type: 'storm';
  readonly target: Target;
  readonly connections: number;
}

/**
 * autocannon, as many requests as it goes: `/get` on a key with a value for which somebody waits (`watched-get`) or
 * nobody does (`get`), or publishes that nobody waits for (`set`).
 */
export interface HammerTask {
  readonly type: 'hammer';
  readonly target: Target;
  readonly request: 'get' | 'watched-get' | 'set';
  readonly connections: number;
  readonly warmupSeconds: number;
  readonly seconds: number;
}

/** Publishes that nobody waits for, one after the other, all to the first endpoint; lasts so long at least. */
export interface UnheardTask {
  readonly type: 'unheard';
  readonly target: Target;
  readonly publishes: number;
  readonly seconds: number;
}
