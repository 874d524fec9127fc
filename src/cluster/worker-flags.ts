/** Options of Node and V8 that workers run with, besides those of the primary. Known to Node 20, 22 and 24. */
export const WORKER_FLAGS: readonly string[] = [
  // For `Housekeeping`, which gives memory back.
  '--expose-gc',
  // It does so once where V8, for a minute and a half after a load, would collect everything again and again.
  '--no-memory-reducer',
];
