/**
 * Two files by which an operator's `comet reload` and the primary find each other: the pid file, and beside it
 * `<pid-file>.status`, in which the primary tells how its last reload went.
 */
import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isAlive, processIdentity } from './process-identity.ts';

/** How the last reload of the primary went. */
export interface ReloadStatus {
  /** 0 at the start, one more after each attempt: it moving on is how `comet reload` knows that its own is over. */
  readonly generation: number;
  readonly ok: boolean;
  /** Why nothing was changed; one line each, without secrets. */
  readonly problems: readonly string[];
}

export type PidFileResult = { readonly ok: true } | { readonly ok: false; readonly problem: string };

export type RunningPid =
  | { readonly running: true; readonly pid: number }
  | { readonly running: false; readonly problem: string };

/**
 * Writes this process's id, and a status of generation 0. Refused while the process that wrote an older one lives; a
 * file left behind by a crash is replaced, also when its process id is another program's by now.
 */
export function writePidFile(path: string): PidFileResult {
  const other = runningPid(path);
  if (other.running && other.pid !== process.pid) {
    const problem = `${path}: comet runs already, as process ${other.pid}; stop it first, or give this one a pid-file of its own`;
    return { ok: false, problem };
  }
  const draft = `${path}.${process.pid}`;
  try {
    if (isForeign(path))
      return { ok: false, problem: `${path}: holds no process id, so it was left alone; is it the pid-file?` };
    rmSync(statusPath(path), { force: true });
    rmSync(path, { force: true });
    // Linked, not written, into place: who reads it never sees it empty. Two starts at the very same moment are told
    // apart by their ports.
    writeFileSync(draft, `${process.pid}\n`);
    linkSync(draft, path);
    writeReloadStatus(path, { generation: 0, ok: true, problems: [] });
    return { ok: true };
  } catch (error) {
    return { ok: false, problem: `${path}: the pid file cannot be written: ${reason(error)}` };
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Runs `live` while the pid file names this process, and removes both files when it is over, however it ends. An empty
 * path is no pid file. Where it can't be written `live` is not begun, and the outcome is what `refused` makes of that.
 */
export async function withPidFile<Outcome>(
  path: string,
  live: () => Promise<Outcome>,
  refused: (problem: string) => Outcome,
): Promise<Outcome> {
  if (path === '') return await live();
  const written = writePidFile(path);
  if (!written.ok) return refused(written.problem);
  try {
    return await live();
  } finally {
    removePidFile(path);
  }
}

/** Removes both files if they are this process's; else leaves them alone. Never throws. */
export function removePidFile(path: string): void {
  try {
    if (readPid(path) !== process.pid) return;
    rmSync(path, { force: true });
    rmSync(statusPath(path), { force: true });
  } catch {
    // Gone, or no longer ours to remove: the next start takes a stale file for what it is.
  }
}

/** The process that a pid file stands for, if it lives and is the one that wrote it. */
export function runningPid(path: string): RunningPid {
  let pid: number;
  try {
    pid = readPid(path);
  } catch (error) {
    return { running: false, problem: `${path}: the pid file cannot be read: ${reason(error)}` };
  }
  if (!Number.isSafeInteger(pid) || pid < 1) return { running: false, problem: `${path}: holds no process id` };
  const [now, then] = [processIdentity(pid), readStatusFile(path)?.process ?? null];
  const reused = now !== null && then !== null && now !== then;
  if (reused || !isAlive(pid)) {
    return { running: false, problem: `${path}: comet does not run any more; process ${pid} left the file behind` };
  }
  return { running: true, pid };
}

/** `null` when there is none, or none that can be read. */
export function readReloadStatus(path: string): ReloadStatus | null {
  const status = readStatusFile(path);
  return status === null ? null : { generation: status.generation, ok: status.ok, problems: status.problems };
}

/** Replaces the status in one step. Throws if the file cannot be written. */
export function writeReloadStatus(path: string, status: ReloadStatus): void {
  const target = statusPath(path);
  const draft = `${target}.${process.pid}`;
  const file: StatusFile = { ...status, process: processIdentity(process.pid) };
  writeFileSync(draft, `${JSON.stringify(file)}\n`);
  renameSync(draft, target);
}

interface StatusFile extends ReloadStatus {
  /** The identity of the primary: tells it from a program that was given the same process id later. */
  readonly process: string | null;
}

function readStatusFile(path: string): StatusFile | null {
  try {
    const file = JSON.parse(readFileSync(statusPath(path), 'utf8')) as StatusFile;
    return Number.isSafeInteger(file.generation) && Array.isArray(file.problems) ? file : null;
  } catch {
    return null;
  }
}

function statusPath(path: string): string {
  return `${path}.status`;
}

function readPid(path: string): number {
  return Number(readFileSync(path, 'utf8').trim());
}

/** Whether something else than a pid file stands there, which a wrong path must not destroy. */
function isForeign(path: string): boolean {
  return existsSync(path) && !/^\d*\s*$/.test(readFileSync(path, 'utf8'));
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'no such file or directory';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  return message;
}
