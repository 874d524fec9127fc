const FIRST_MS = 50;
const MAX_MS = 1000;
/** A connection that lived for so long was sound: the next attempt starts afresh. */
const SOUND_MS = 2000;

/** How long to wait before the next attempt to connect: doubles up to a second, randomised so that workers spread. */
export class BackOff {
  #ceiling = FIRST_MS;

  /** `lived` is how long, in milliseconds, the connection stood that was lost; 0 for an attempt that failed. */
  next(lived: number): number {
    if (lived >= SOUND_MS) this.#ceiling = FIRST_MS;
    const delay = this.#ceiling * (0.5 + Math.random() / 2);
    this.#ceiling = Math.min(this.#ceiling * 2, MAX_MS);
    return delay;
  }
}
