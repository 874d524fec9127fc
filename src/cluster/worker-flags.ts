/** Options of Node and V8 for workers, known to Node 20, 22 and 24. See docs/decisions/worker-memory.md. */
const FLAGS: readonly string[] = [
  // `Housekeeping` gives memory back once where V8, for a minute and a half after a load, would collect everything again
  // and again.
  '--no-memory-reducer',
  // Twice V8's own, in MB: what a poll leaves behind is dead more often before it is copied.
  '--max-semi-space-size=32',
];

/** Those of a worker, but for what `nodeOptions`, the variable `NODE_OPTIONS`, says itself: that would else be overruled. */
export function workerFlags(nodeOptions = process.env.NODE_OPTIONS ?? ''): string[] {
  const said = nodeOptions.replaceAll('_', '-');
  return FLAGS.filter((flag) => !said.includes(flag.split('=')[0] as string));
}
