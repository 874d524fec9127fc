import type { Axis } from './chart.ts';

/** From 0 to at least `most`, with round ticks. */
export function linear(label: string, most: number): Axis {
  const step = niceStep(most / 5);
  const top = Math.ceil(most / step) * step;
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
  return {
    label,
    ticks: ticks.map((value) => ({ value, label: value.toLocaleString('en') })),
    place: (value) => value / top,
  };
}

/** Powers of ten from at most `least` to at least `most`. */
export function logarithmic(label: string, least: number, most: number): Axis {
  const low = Math.floor(Math.log10(least));
  const high = Math.max(low + 1, Math.ceil(Math.log10(most)));
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  return {
    label,
    ticks: ticks.map((value) => ({ value, label: String(Number(value.toPrecision(1))) })),
    place: (value) => (Math.log10(Math.max(value, 10 ** low)) - low) / (high - low),
  };
}

/** Percentiles, the last ones spread out: 90, 99 and 99.9 % are as far apart as they matter. 100 is drawn last. */
export function nines(label: string, shown: readonly number[]): Axis {
  const nine = (percent: number): number => -Math.log10(1 - Math.min(percent, 99.97) / 100);
  const most = nine(100);
  return {
    label,
    ticks: shown.map((value) => ({ value, label: value === 100 ? 'max' : String(value) })),
    place: (value) => nine(value) / most,
  };
}

function niceStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= wanted) ?? 10);
}
