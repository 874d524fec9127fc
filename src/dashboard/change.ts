import type { Pulses } from '../cluster/pulses.ts';
import type { Pulse } from '../metrics/pulse.ts';

type Counter = 'publishes' | 'deliveries' | 'cpu';

/** How much a counter rose a second between the last two pulses; 0 before there are two. */
export function rate({ last, before }: Pulses, counter: Counter): number {
  return before === null ? 0 : perSecond(last[counter] - before[counter], last, before);
}

/** The same for the refusals, by reason. */
export function refusalRates({ last, before }: Pulses): Readonly<Record<string, number>> {
  if (before === null) return {};
  const was: Readonly<Record<string, number>> = before.refused;
  return Object.fromEntries(
    Object.entries(last.refused).map(([reason, count]) => [
      reason,
      perSecond(count - (was[reason] ?? 0), last, before),
    ]),
  );
}

/** What a histogram counted between the last two pulses. */
export function counted({ last, before }: Pulses, histogram: 'wake' | 'redisCalls'): readonly number[] {
  return last[histogram].map((count, bucket) => count - (before?.[histogram][bucket] ?? 0));
}

/** Adds up histograms with the same buckets. */
export function together(histograms: readonly (readonly number[])[]): readonly number[] {
  const sum: number[] = [];
  for (const counts of histograms) {
    for (const [bucket, count] of counts.entries()) sum[bucket] = (sum[bucket] ?? 0) + count;
  }
  return sum;
}

function perSecond(rise: number, last: Pulse, before: Pulse): number {
  const seconds = (last.at - before.at) / 1000;
  return seconds > 0 ? rise / seconds : 0;
}
