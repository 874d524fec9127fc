import type { Sample } from './dump.ts';
import type { Histogram, Tally } from './meters.ts';

/** The one sample of a metric without labels. */
export function single(value: number): Sample[] {
  return [{ value, labels: {} }];
}

/** A sample for each member of a closed set of labels. */
export function tallied<L extends string>(label: string, tally: Tally<L>): Sample[] {
  return Object.entries<number>(tally.values).map(([member, value]) => ({ value, labels: { [label]: member } }));
}

/** A histogram as Prometheus wants it: cumulated buckets up to `+Inf`, then sum and count. */
export function buckets(name: string, histogram: Histogram, labels: Sample['labels'] = {}): Sample[] {
  let cumulated = 0;
  const samples: Sample[] = histogram.bounds.map((bound, index) => {
    cumulated += histogram.counts[index] as number;
    return { value: cumulated, labels: { ...labels, le: bound }, metricName: `${name}_bucket` };
  });
  samples.push(
    { value: histogram.count, labels: { ...labels, le: '+Inf' }, metricName: `${name}_bucket` },
    { value: histogram.sum, labels, metricName: `${name}_sum` },
    { value: histogram.count, labels, metricName: `${name}_count` },
  );
  return samples;
}
