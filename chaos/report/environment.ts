import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';

/** Where and on what it ran. */
export interface Environment {
  /** UTC, to the minute. */
  readonly date: string;
  /** With "+" if the server's sources differ from it. */
  readonly commit: string;
  readonly machine: string;
  /** Processes that wanted a CPU in the minute before it began: what else the machine had to do. */
  readonly load: number;
  readonly node: string;
  readonly redis: string;
  readonly nginx: string;
}

export function environment(): Environment {
  const [cpu] = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    commit: commit(),
    machine: `${cpu?.model ?? 'unknown CPU'}, ${cpus().length} cores, ${gigabytes} GB, Linux ${release()}`,
    load: Math.round(loadavg()[0] ?? 0),
    node: process.version.slice(1),
    redis: said('redis-server', '--version', /v=(\S+)/),
    nginx: said('sh', '-c', /nginx\/(\S+)/, 'nginx -v 2>&1'),
  };
}

function commit(): string {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '--', 'src') === '' ? '' : '+');
  } catch {
    // Not a checkout.
    return 'unknown';
  }
}

function said(command: string, option: string, pattern: RegExp, ...args: string[]): string {
  return pattern.exec(execFileSync(command, [option, ...args], { encoding: 'utf8' }))?.[1] ?? 'unknown';
}
