import { readFile } from 'node:fs/promises';

/** The process ids of the children that a process has now; none when it has ended. Linux only. */
export async function childPids(parent: number): Promise<number[]> {
  const text = await read(`/proc/${parent}/task/${parent}/children`);
  return text.split(' ').filter(Boolean).map(Number);
}

/** The command line of a process, as it has titled itself; empty when it has ended. Linux only. */
export async function titleOf(pid: number): Promise<string> {
  return (await read(`/proc/${pid}/cmdline`)).replaceAll('\0', ' ').trim();
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return '';
    throw error;
  }
}
