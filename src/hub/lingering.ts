import type { Timed, Wheel } from './wheel.ts';

/**
 * Topics that are subscribed though nobody waits for them: long polls come back. At the bound on subscriptions they
 * give way to a topic that somebody waits for, the one left longest ago first. So a client that polls one key after
 * the other only pushes out what it has left behind.
 */
export class Lingering {
  readonly #wheel: Wheel;
  /** In the order in which they were left. */
  readonly #topics = new Set<Timed>();

  constructor(wheel: Wheel) {
    this.#wheel = wheel;
  }

  /**
   * Until `deadline`, unless somebody comes before; then it expires, as at any deadline. One that lingers already goes
   * on as it is, whatever else happens to it.
   */
  add(topic: Timed, deadline: number): void {
    if (this.#topics.has(topic)) return;
    this.#topics.add(topic);
    this.#wheel.set(topic, deadline);
  }

  /** Somebody waits for it again, or it was let go. */
  remove(topic: Timed): void {
    this.#topics.delete(topic);
    this.#wheel.remove(topic);
  }

  /** Has the one that was left longest ago expire now; false if there is none. */
  expireOldest(): boolean {
    const [oldest] = this.#topics;
    if (oldest === undefined) return false;
    this.remove(oldest);
    oldest.expire();
    return true;
  }
}
