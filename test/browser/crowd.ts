import { KeyFollower } from '../support/key-follower.ts';
import { set } from '../support/parked-fleet.ts';
import { until } from '../support/until.ts';

/** The first key has so many followers, each further one two less. */
const MOST = 14;
/** Milliseconds between two bursts of sets, and between two crests of their number. */
const BEAT_MS = 60;
const WAVE_MS = 55_000;

/** Clients that follow keys, some more than others, and programs that set them, in waves. */
export class Crowd {
  readonly #keys: readonly string[];
  readonly #ports: readonly number[];
  readonly #followers = new Set<KeyFollower>();
  #stopped = false;

  /** Begins at once. */
  constructor(keys: readonly string[], ports: readonly number[]) {
    this.#keys = keys;
    this.#ports = ports;
    for (const [rank, key] of keys.entries()) {
      for (let index = 0; index < Math.max(1, MOST - 2 * rank); index++) void this.#follow(key);
    }
    void this.#publish();
  }

  stop(): void {
    this.#stopped = true;
    for (const follower of this.#followers) follower.stop();
  }

  async #follow(key: string): Promise<void> {
    const follower = new KeyFollower(encodeURIComponent(key), this.#ports);
    this.#followers.add(follower);
    // A worker that dies takes the polls with it that it holds: their client goes on by its cursor.
    while (!this.#stopped) await follower.run().catch(() => undefined);
  }

  async #publish(): Promise<void> {
    let turn = 0;
    const burst = async () => {
      const wave = 1 + Math.sin((2 * Math.PI * performance.now()) / WAVE_MS);
      for (let index = 0; index < 1 + wave; index++) {
        const port = this.#ports[turn % this.#ports.length] ?? 0;
        await set(port, this.#keys[(turn * 7 + index) % this.#keys.length] ?? '', `${turn++}`);
      }
      return this.#stopped;
    };
    // A burst that fails, because the worker has just died, counts as not yet the last.
    await until(burst, { timeout: 600_000, interval: BEAT_MS });
  }
}
