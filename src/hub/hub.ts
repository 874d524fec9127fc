import type { Clock } from '../clock.ts';
import type { Engine, EngineEvents, Notice } from '../engine/engine.ts';
import type { Meters } from '../metrics/meters.ts';
import type { Mailboxes } from './mailboxes.ts';
import type { Waiter } from './waiter.ts';

export interface HubOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly meters: Meters;
  readonly maxWaiters: number;
  readonly maxWaitersPerKey: number;
  readonly maxWatchedKeys: number;
  readonly lingerMs: number;
  readonly historySize: number;
  readonly mailboxWaitMinMs: number;
  readonly mailboxWaitMaxMs: number;
}

/** SIGNATURE ONLY, being written. */
export declare class Hub implements EngineEvents {
  readonly mailboxes: Mailboxes;
  constructor(options: HubOptions);
  /** Takes a poll of `key`; it is settled at once or later, exactly once. `timeout` in milliseconds; 0 never parks. `fresh` asks the engine first. */
  poll(waiter: Waiter, key: string, timeout: number, fresh: boolean): void;
  /** Turns the wheel; call it every `tickMs`. */
  advance(): void;
  readonly tickMs: number;
  /** From now on everything parked is answered as a time-out, spread over `overMs`; new polls are answered at once. Mailbox polls get DRAINING. */
  drain(overMs: number): void;
  live(keys: readonly string[], uids: readonly string[]): void;
  lost(): void;
  notice(key: string, notice: Notice): void;
  mailbox(uid: string): void;
}
