/**
 * A timer that turns as often as there is something to do: each turn tells how long it rests, and whoever has
 * something sooner makes it hurry.
 */
export class Ticker {
  readonly #turn: (late: number) => number;
  #timer: NodeJS.Timeout | null = null;
  /** `performance.now()` of the next turn. */
  #due = 0;
  #isStarted = false;

  /** `turn` is told how late it comes, and gives the time until the next one; milliseconds. */
  constructor(turn: (late: number) => number) {
    this.#turn = turn;
  }

  /** The first turn comes after so many milliseconds. */
  start(ms: number): void {
    this.#isStarted = true;
    this.#set(ms);
  }

  /** Has the next turn come within so many milliseconds. A turn that is under way tells by itself when the next one comes. */
  hurry(ms: number): void {
    if (this.#timer !== null && performance.now() + ms < this.#due) this.#set(ms);
  }

  /** Idempotent. */
  stop(): void {
    this.#isStarted = false;
    this.#clear();
  }

  #set(ms: number): void {
    this.#clear();
    this.#due = performance.now() + ms;
    this.#timer = setTimeout(() => this.#go(), ms);
  }

  #go(): void {
    this.#timer = null;
    const rest = this.#turn(Math.max(0, performance.now() - this.#due));
    if (this.#isStarted) this.#set(rest);
  }

  #clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
