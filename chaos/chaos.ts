/** `npm run chaos`: see `--help`. Exit code 1 if anything was violated. */
import { Campaign } from './campaign/campaign.ts';
import { type RunResult, writeResult } from './campaign/result.ts';
import type { Played } from './campaign/run.ts';
import type { Schedule } from './campaign/schedule.ts';
import { type CommandLine, HELP, readCommandLine } from './command-line.ts';
import { environment } from './report/environment.ts';
import { failureOf, lineOf } from './report/lines.ts';

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const line = readCommandLine(process.argv.slice(2));
    if (line.help) console.log(HELP);
    else return await campaign(line);
    return 0;
  } catch (error) {
    console.error(`chaos: ${(error as Error).message}`);
    return 1;
  }
}

async function campaign(line: CommandLine): Promise<number> {
  const where = environment();
  const runs: RunResult[] = [];
  const onRun = (plan: Schedule, played: Played, result: RunResult) => {
    runs.push(result);
    console.log(lineOf(plan, result, `${runs.length}/${line.runs}`));
    if (played.violations.length > 0) console.log(failureOf(plan, played));
    // After each run, so that nothing is lost when it is interrupted.
    writeResult(line.out, { kind: 'campaign', environment: where, seconds: line.seconds, runs });
  };
  const played = new Campaign({ ...line, onRun });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => played.stop());
  await played.run();
  return runs.some(({ violations }) => Object.keys(violations).length > 0) ? 1 : 0;
}
