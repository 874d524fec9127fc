import type { History, Span } from '../history/history.ts';

/** Time in which nothing was broken and everybody had a CPU. */
export class Quiet {
  readonly #noise: readonly Span[];

  constructor({ disturbances, stalls }: Pick<History, 'disturbances' | 'stalls'>) {
    this.#noise = [...disturbances, ...stalls].sort((a, b) => a.from - b.from);
  }

  /** Quiet milliseconds between two moments. */
  between(from: number, to: number): number {
    let [quiet, reached] = [0, from];
    for (const noise of this.#noise) {
      if (noise.from >= to) break;
      quiet += Math.max(0, noise.from - reached);
      reached = Math.max(reached, noise.to);
    }
    return quiet + Math.max(0, to - reached);
  }
}
