import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { runningPid } from '../../pid-file.ts';
import type { PidFileFact } from '../facts.ts';

/** What stands at the path of the pid file. */
export function readPidFileFact(path: string): PidFileFact {
  if (path === '') return { state: 'none' };
  if (existsSync(path)) {
    const running = runningPid(path);
    if (running.running) return { state: 'running', pid: running.pid };
    if (running.problem.includes('holds no process id')) return { state: 'unusable', problem: running.problem };
    return { state: 'stale' };
  }
  const directory = dirname(path);
  if (!existsSync(directory)) return { state: 'unusable', problem: `${path}: there is no directory ${directory}` };
  try {
    accessSync(directory, constants.W_OK);
    return { state: 'free' };
  } catch {
    return { state: 'unusable', problem: `${path}: this user may not write into ${directory}` };
  }
}
