/**
 * The candidate that somebody who wrote `text` most likely meant, or `null` if none is near: another way to write the
 * same words (`redisUrl`, `REDIS_URL`), or at most one slip of the finger in every three characters.
 */
export function nearest(text: string, candidates: readonly string[]): string | null {
  const plain = normalise(text);
  let best: string | null = null;
  let least = Math.floor(plain.length / 3) + 1;
  for (const candidate of candidates) {
    const distance = slips(plain, normalise(candidate));
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** `; did you mean …?`, or nothing. */
export function didYouMean(text: string, candidates: readonly string[]): string {
  const near = nearest(text, candidates);
  return near === null ? '' : `; did you mean ${near}?`;
}

function normalise(text: string): string {
  return text.toLowerCase().replace(/[-_]/g, '');
}

/** Levenshtein distance; two characters in the wrong order are one slip. */
function slips(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      current[j] = Math.min(
        at(previous, j) + 1,
        at(current, j - 1) + 1,
        at(previous, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1),
        swapped ? at(before, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    before = previous;
    previous = current;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
