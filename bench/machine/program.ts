import { spawnSync } from 'node:child_process';

/** The first match of `pattern` in what a program prints about itself, or null if it can't be run or says otherwise. */
export function versionOf(command: string, args: readonly string[], pattern: RegExp): string | null {
  const { error, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (error) return null;
  return pattern.exec(stdout + stderr)?.[1] ?? null;
}
