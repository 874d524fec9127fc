import { readFileSync } from 'node:fs';

/**
 * A name that no other process of this machine ever has, also after the process id was given out again or the machine
 * was booted: the boot and the moment in it at which the process began. `null` where the system doesn't tell (no
 * Linux, or no such process).
 */
export function processIdentity(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, field 2, may hold spaces and brackets; field 22, clock ticks since the boot, is the 20th after it.
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return started === undefined ? null : `${boot}/${started}`;
  } catch {
    return null;
  }
}

/** Whether a process has this id, ours to signal or not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
