import { PERCENTILES } from '../measurement.ts';

/** Wake latencies in milliseconds. */
export class Latencies {
  #values = new Float64Array(1 << 16);
  #count = 0;

  add(milliseconds: number): void {
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(2 * this.#count);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count++] = milliseconds;
  }

  get count(): number {
    return this.#count;
  }

  /** Empty if there is none. */
  curve(): number[] {
    const sorted = this.#values.slice(0, this.#count).sort();
    if (sorted.length === 0) return [];
    const at = (percent: number): number => sorted[Math.ceil((percent * (sorted.length - 1)) / 100)] ?? 0;
    return PERCENTILES.map((percent) => Math.round(at(percent) * 1000) / 1000);
  }
}

/** The figures that are read off a curve. */
export function wakeFigures(curve: readonly number[]): Record<string, number> {
  const at = (percent: (typeof PERCENTILES)[number]): number => curve[PERCENTILES.indexOf(percent)] ?? Number.NaN;
  return curve.length === 0 ? {} : { wakeP50: at(50), wakeP99: at(99), wakeMax: at(100) };
}
