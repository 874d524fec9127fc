import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the system doesn't tell: what macOS gives a process. */
const UNKNOWN = 10_240;

/** How many files and sockets this process may have open; Node raised it to the hard limit. May be infinite. */
export function openFileLimit(root = '/'): number {
  const text = readLimits(join(root, 'proc/self/limits'));
  const limit = /^Max open files +(\d+|unlimited)/m.exec(text)?.[1];
  if (limit === undefined) return UNKNOWN;
  return limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit);
}

function readLimits(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
