import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** A process and all that it started, oldest first. */
export function family(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(family)];
}

export function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}/exe`);
}

/** How often the main thread of a process has gone to sleep so far: it was woken as often. */
export function sleeps(pid: number): number {
  return numberIn(`/proc/${pid}/status`, /^voluntary_ctxt_switches:\s+(\d+)/m);
}

/** Memory of these processes in bytes; what several share is counted once (Pss). */
export function memory(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + 1024 * numberIn(`/proc/${pid}/smaps_rollup`, /^Pss:\s+(\d+) kB/m), 0);
}

/** Files that a process started here may have open. */
export function fileLimit(): number {
  return numberIn('/proc/self/limits', /^Max open files\s+\S+\s+(\d+)/m);
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
  );
}

function numberIn(file: string, pattern: RegExp): number {
  const found = pattern.exec(readFileSync(file, 'latin1'))?.[1];
  if (found === undefined) throw new Error(`${file} has no ${pattern.source}`);
  return Number(found);
}
