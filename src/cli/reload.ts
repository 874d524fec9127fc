import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config/options.ts';
import { type ReloadStatus, readReloadStatus, runningPid } from '../pid-file.ts';
import { defineCommand, report } from './command.ts';
import { EXIT, type Io } from './io.ts';

const LOOK_MS = 100;
const TELL_MS = 5_000;
/** For a worker to come up and take its port, beyond what it takes the one before to drain. */
const WORKER_SECONDS = 30;

/** Asks the primary to replace its workers under the configuration as it is now, and tells how that went. */
export const reload = defineCommand({
  name: 'reload',
  summary: 'Have the running server read its configuration anew and replace its workers one by one',
  operands: [],
  settings: {},
  shown: ['pid-file'],
  // A reload that would be refused has failed, whoever finds out first.
  refused: EXIT.failed,
  async run({ io, loaded: { config } }) {
    const path = config.pidFile;
    if (path === '') {
      return report(io, [{ place: 'pid-file', message: 'is needed, here and for comet start: it names the process' }]);
    }
    const primary = runningPid(path);
    if (!primary.running) return fail(io, primary.problem);
    const before = readReloadStatus(path)?.generation;
    // Any other program would end by the signal.
    if (before === undefined) {
      const missing = `has no ${path}.status beside it, as comet writes one: is it the pid-file?`;
      return fail(io, `${path}: names process ${primary.pid}, but ${missing}`);
    }
    try {
      process.kill(primary.pid, 'SIGHUP');
    } catch {
      return fail(io, `process ${primary.pid} is another user's; run this as the user that started it`);
    }
    io.stderr.write(`reloading process ${primary.pid} …\n`);
    const status = await nextStatus(io, path, before, longest(config));
    if (typeof status === 'string') return fail(io, status);
    if (status.ok) {
      io.stdout.write('reloaded: every worker runs under the new configuration\n');
      return EXIT.done;
    }
    const problems = status.problems.map((problem) => `  ${problem}\n`);
    io.stderr.write(`comet: nothing was changed, for the new configuration is refused:\n${problems.join('')}`);
    return EXIT.failed;
  },
});

/** The status of the reload, or why there is none. */
async function nextStatus(io: Io, path: string, before: number, seconds: number): Promise<ReloadStatus | string> {
  const start = performance.now();
  for (let told = start; ; ) {
    const status = readReloadStatus(path);
    if (status !== null && status.generation !== before) return status;
    const now = performance.now();
    const waited = Math.round((now - start) / 1000);
    if (!runningPid(path).running) return 'the server ended during the reload; its log says why';
    if (now - start > seconds * 1000) return `no result after ${waited} s; the log of the server says how far it is`;
    if (now - told >= TELL_MS) {
      io.stderr.write(`… workers are being replaced, ${waited} s\n`);
      told = now;
    }
    await sleep(LOOK_MS);
  }
}

/** Seconds that it takes to replace every worker after the other, at most. */
function longest({ workers, drainSeconds }: Config): number {
  return workers * (drainSeconds + WORKER_SECONDS);
}

function fail(io: Io, message: string): number {
  io.stderr.write(`comet: ${message}\n`);
  return EXIT.failed;
}
