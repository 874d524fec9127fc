import { spawnSync } from 'node:child_process';

/** A step that went wrong, in a sentence for whoever typed the command; printed without a stack. */
export class SetupError extends Error {}

/** Prints a line of progress. */
export function say(line) {
  console.log(`setup: ${line}`);
}

/** Runs a command in the foreground, its output with ours; a failure ends the set-up. `env` is added to ours. */
export function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  if (status !== 0)
    throw new SetupError(`"${[command, ...args].join(' ')}" failed${error ? `: ${error.message}` : ''}`);
}

/** What a command prints on both streams, or `null` when it cannot be run. */
export function outputOf(command, args) {
  const { error, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return error ? null : stdout + stderr;
}
