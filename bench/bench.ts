/** `npm run bench`: see `--help`. Exit code 1 if a run was invalid. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandLine, HELP, readCommandLine } from './command-line.ts';
import { installPeers } from './installer.ts';
import { fileLimit } from './machine/processes.ts';
import { inWords } from './machine/steadiness.ts';
import { BENCH, RESULTS } from './paths.ts';
import { environment } from './report/environment.ts';
import { plots } from './report/plots.ts';
import { readme } from './report/readme.ts';
import { type Results, readResults, writeResults } from './report/results.ts';
import { scenarioSection } from './report/scenario-section.ts';
import { verdicts } from './report/verdicts.ts';
import { Runner } from './runner.ts';
import { within } from './scenarios/size.ts';
import { cometEmbedded, cometRedis } from './subjects/comet.ts';

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const line = readCommandLine(process.argv.slice(2));
    if (line.help) console.log(HELP);
    else if (line.pageFrom !== null) writePage(readResults(line.pageFrom));
    else {
      if (line.install) installPeers();
      return await bench(line);
    }
    return 0;
  } catch (error) {
    console.error(`bench: ${(error as Error).message}`);
    return 1;
  }
}

async function bench({ scenarios, size, subjects, out, isWhole }: CommandLine): Promise<number> {
  const fitting = within(size, fileLimit());
  const runner = new Runner({
    scenarios,
    size: fitting,
    admits: ({ name }) => subjects.length === 0 || subjects.some((part) => name.includes(part)),
    say: (text) => console.log(text),
  });
  for (const { subject, reason } of runner.leftOut) {
    if (subject === cometRedis.name || subject === cometEmbedded.name) throw new Error(`${subject}: ${reason}`);
    console.log(`left out: ${subject}: ${reason}`);
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => runner.stop());
  const before = await environment(size.name === 'smoke');
  if (before.steadiness !== undefined) console.log(`just now ${inWords(before.steadiness)}`);
  const works = await runner.run();
  if (runner.isStopped) return 130;
  const results: Results = { environment: before, size: fitting, leftOut: runner.leftOut, works };
  const file = out ?? join(RESULTS, isWhole ? 'page.json' : 'last.json');
  writeResults(file, results);
  if (isWhole && out === null) writePage(results);
  for (const scenario of scenarios) console.log(`\n${scenarioSection(results, scenario)}`);
  console.log(`\n${verdicts(results)}\n\nResults: ${file}`);
  const isInvalid = works.some((work) => work.subjects.some(({ runs }) => runs.some((run) => 'invalid' in run)));
  return isInvalid ? 1 : 0;
}

function writePage(results: Results): void {
  const drawn = plots(results);
  for (const { file, svg } of drawn) writeFileSync(join(RESULTS, file), svg);
  writeFileSync(join(BENCH, 'README.md'), readme(results, drawn));
}
