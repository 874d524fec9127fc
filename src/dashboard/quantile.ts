/**
 * The value below which a share `q` of what a histogram counted lies, as far as its buckets tell: within one, values
 * are taken for evenly spread. Above the last bound it is that bound. `null` when nothing was counted.
 */
export function quantile(bounds: readonly number[], counts: readonly number[], q: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = q * total;
  let below = 0;
  for (const [bucket, bound] of bounds.entries()) {
    const count = counts[bucket] ?? 0;
    if (below + count >= rank && count > 0) {
      const from = bounds[bucket - 1] ?? 0;
      return from + (bound - from) * ((rank - below) / count);
    }
    below += count;
  }
  return bounds.at(-1) ?? null;
}
