import { fileURLToPath } from 'node:url';
import { Child, type Exit } from './child.ts';

/** The built command line; `npm test` builds it first. */
export const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface CometOptions {
  /** Added to this process's environment, whose own `COMET_*` are left out. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Starts `comet` with these arguments in a process of its own. */
export function startComet(args: readonly string[], options: CometOptions = {}): Promise<Child> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('COMET_'));
  const { env, ...rest } = options;
  return Child.start(process.execPath, [CLI, ...args], { ...rest, env: { ...Object.fromEntries(inherited), ...env } });
}

export interface CometRun extends Exit {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a `comet` command that ends by itself, such as `print-config`, and gives what it wrote. */
export async function runComet(args: readonly string[], options: CometOptions = {}): Promise<CometRun> {
  const child = await startComet(args, options);
  const exit = await child.exited;
  return { ...exit, stdout: child.stdout, stderr: child.stderr };
}
