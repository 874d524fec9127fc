/** Deaths that end the primary. */
export const CRASH_LOOP_DEATHS = 5;
/** They count within so many milliseconds of its start. */
export const CRASH_LOOP_MS = 30_000;

/**
 * Tells a server that cannot start from one that lost a worker: workers that die again and again right after the start
 * will go on so, and a supervisor above us should hear of it. Later deaths are only ever respawned. Pure.
 */
export class CrashLoop {
  readonly #startedAt: number;
  #deaths = 0;

  /** `now` is on any monotonic clock, in milliseconds. */
  constructor(now: number) {
    this.#startedAt = now;
  }

  /** Counts a death; true when the primary should give up. */
  died(now: number): boolean {
    if (now - this.#startedAt > CRASH_LOOP_MS) return false;
    this.#deaths++;
    return this.#deaths >= CRASH_LOOP_DEATHS;
  }
}
