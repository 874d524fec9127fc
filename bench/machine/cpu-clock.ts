import { readdirSync, readFileSync } from 'node:fs';
import { Invalid } from '../invalid.ts';

/**
 * CPU time, user and system, that these processes have used so far, all threads, in microseconds. It is what the
 * ticks of `/proc/PID/stat` add up to, but to the nanosecond: a wake-up of a thousand waiters takes less than one tick.
 */
export function cpuTime(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + processTime(pid), 0);
}

function processTime(pid: number): number {
  const folder = `/proc/${pid}/task`;
  try {
    return readdirSync(folder).reduce((sum, thread) => sum + threadTime(`${folder}/${thread}/schedstat`), 0);
  } catch (error) {
    throw new Invalid(`process ${pid} of the server is gone`, { cause: error });
  }
}

/** The first of three numbers: nanoseconds on a CPU. */
function threadTime(file: string): number {
  const text = readFileSync(file, 'latin1');
  return Number(text.slice(0, text.indexOf(' '))) / 1000;
}
