/** Names that are remembered: a page that is left open must not grow. */
const REMEMBERED = 200;

type Tell = (ms: number) => void;

/**
 * Measures from a click until something arrives that the click has caused. What is sent has its name, a cursor, only
 * once it was answered, and may have arrived by then.
 */
export class Stopwatch {
  readonly #sentAt = new Map<string, number>();
  readonly #early = new Map<string, { readonly at: number; readonly tell: Tell }[]>();

  /** What was sent at `at` turned out to have this name. Times are those of `performance.now()`. */
  sent(name: string, at: number): void {
    this.#sentAt.set(name, at);
    for (const { at: arrivedAt, tell } of this.#early.get(name) ?? []) tell(arrivedAt - at);
    this.#early.delete(name);
    forgetOldest(this.#sentAt);
  }

  /** What has this name has arrived; `tell` hears how long it took, if it was sent from here. */
  arrived(name: string, tell: Tell): void {
    const at = performance.now();
    const sentAt = this.#sentAt.get(name);
    if (sentAt !== undefined) {
      tell(at - sentAt);
      return;
    }
    this.#early.set(name, [...(this.#early.get(name) ?? []), { at, tell }]);
    forgetOldest(this.#early);
  }
}

function forgetOldest(map: Map<string, unknown>): void {
  for (const name of map.keys()) {
    if (map.size <= REMEMBERED) return;
    map.delete(name);
  }
}
