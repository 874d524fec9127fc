import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileLimit } from '../machine/processes.ts';
import { versionOf } from '../machine/program.ts';
import { type Steadiness, steadiness } from '../machine/steadiness.ts';
import { PROJECT } from '../paths.ts';
import { fayeVersion } from '../subjects/faye.ts';
import { redisVersion } from '../subjects/redis-server.ts';
import { tornadoVersion } from '../subjects/tornado.ts';

/** Where and on what it was measured. */
export interface Environment {
  readonly date: string;
  /** With "+" if the server's sources differ from it. */
  readonly commit: string;
  readonly machine: string;
  readonly cores: number;
  readonly fileLimit: number;
  readonly versions: Readonly<Record<string, string>>;
  /** Percent of the machine's CPU time that others used just before it began. */
  readonly busyBefore: number;
  /** Just before it began. Trials have none, and result files of former versions. */
  readonly steadiness?: Steadiness;
}

const SAMPLE_MS = 2_000;

/** `isTrial`: what is not worth its seconds where the figures mean nothing is left out. */
export async function environment(isTrial: boolean): Promise<Environment> {
  const [cpu] = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const versions = {
    'Node.js': process.version.slice(1),
    Redis: redisVersion(),
    nginx: versionOf('/usr/sbin/nginx', ['-v'], /nginx\/(\S+)/),
    nchan: versionOf('dpkg-query', ['-s', 'libnginx-mod-nchan'], /^Version: (\S+)/m),
    Tornado: tornadoVersion(),
    Faye: fayeVersion(),
    gcc: versionOf('gcc', ['-dumpfullversion'], /^(\S+)$/m),
  };
  const found = Object.entries(versions).filter((entry): entry is [string, string] => entry[1] !== null);
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    commit: commit(),
    machine: `${cpu?.model ?? 'unknown CPU'}, ${cpus().length} cores, ${gigabytes} GB, Linux ${release()}`,
    cores: cpus().length,
    fileLimit: fileLimit(),
    versions: Object.fromEntries(found),
    busyBefore: await busyPercent(),
    ...(isTrial ? {} : { steadiness: await steadiness() }),
  };
}

function commit(): string {
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', args, { cwd: PROJECT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    const isChanged = git('status', '--porcelain', '--', 'src') !== '';
    return git('rev-parse', '--short', 'HEAD') + (isChanged ? '+' : '');
  } catch {
    // Not a checkout.
    return 'unknown';
  }
}

async function busyPercent(): Promise<number> {
  const before = ticks();
  await sleep(SAMPLE_MS);
  const after = ticks();
  const total = after.total - before.total;
  return Math.round((100 * (total - (after.idle - before.idle))) / total);
}

/** The first line of /proc/stat: user nice system idle iowait irq softirq steal … */
function ticks(): { readonly total: number; readonly idle: number } {
  const numbers = readFileSync('/proc/stat', 'latin1').split('\n', 1).join().split(/\s+/).slice(1, 9).map(Number);
  return { total: numbers.reduce((sum, number) => sum + number, 0), idle: (numbers[3] ?? 0) + (numbers[4] ?? 0) };
}
