/** `npm run chaos`: see `--help`. Exit code 1 if anything was violated. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Campaign } from './campaign/campaign.ts';
import { Reloads } from './campaign/reloads.ts';
import { type RunResult, writeResult } from './campaign/result.ts';
import type { Played } from './campaign/run.ts';
import type { Schedule } from './campaign/schedule.ts';
import { type CommandLine, HELP, readCommandLine } from './command-line.ts';
import { PAGE, RESULTS } from './paths.ts';
import { environment } from './report/environment.ts';
import { keptResults } from './report/kept-results.ts';
import { failureOf, lineOf } from './report/lines.ts';
import { page } from './report/page.ts';

/** Failed requests that are shown. */
const SHOWN = 10;

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const line = readCommandLine(process.argv.slice(2));
    if (line.help) {
      console.log(HELP);
      return 0;
    }
    switch (line.command) {
      case 'campaign':
        return await campaign(line);
      case 'reload':
        return await reloads(line);
      case 'page':
        writeFileSync(PAGE, page(keptResults(RESULTS)));
        return 0;
    }
  } catch (error) {
    console.error(`chaos: ${(error as Error).stack}`);
    return 1;
  }
}

async function campaign(line: CommandLine): Promise<number> {
  const where = environment();
  mkdirSync(dirname(line.out), { recursive: true });
  const runs: RunResult[] = [];
  const onRun = (plan: Schedule, played: Played, result: RunResult) => {
    runs.push(result);
    console.log(lineOf(plan, result, `${runs.length}/${line.runs}`));
    if (played.violations.length > 0 && !played.isVoid) {
      console.log(failureOf(plan, played));
      writeFileSync(join(dirname(line.out), `failed-${plan.topology}-${plan.seed}.log`), played.output);
    }
    // After each run, so that nothing is lost when it is interrupted.
    writeResult(line.out, { kind: 'campaign', environment: where, seconds: line.seconds, runs });
  };
  const played = new Campaign({ ...line, onRun });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => played.stop());
  await played.run();
  return runs.some(({ violations, isVoid }) => !isVoid && Object.keys(violations).length > 0) ? 1 : 0;
}

async function reloads({ requests, out }: CommandLine): Promise<number> {
  const where = environment();
  const onProgress = (sent: number) => console.log(`${sent} of ${requests} requests`);
  const found = await new Reloads({ requests, onProgress }).run();
  const failed = found.failures.length;
  console.log(`${failed} of ${found.requests} requests failed, during ${found.reloads} reloads`);
  for (const failure of found.failures.slice(0, SHOWN)) console.log(`  ${failure}`);
  const { failures, ...audience } = found.audience;
  console.log(
    `${failures.length} failures of ${audience.followers} followers that came back ${audience.returns} times`,
  );
  for (const failure of failures.slice(0, SHOWN)) console.log(`  ${failure}`);
  const { requests: sent, reloads: count, seconds } = found;
  const result = {
    requests: sent,
    failed,
    reloads: count,
    seconds,
    audience: { ...audience, failed: failures.length },
  };
  mkdirSync(dirname(out), { recursive: true });
  writeResult(out, { kind: 'reload', environment: where, ...result });
  return failed + failures.length === 0 ? 0 : 1;
}
