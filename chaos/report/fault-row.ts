import type { RunResult } from '../campaign/result.ts';
import type { Fault } from '../faults/fault.ts';
import { measured } from './recovery-times.ts';

/** What was found of one fault: a row of the table of faults. */
export function faultRow({ name, how, seen, test }: Fault, all: readonly RunResult[]): string[] {
  const runs = all.filter(({ recoveries }) => recoveries.some(({ fault }) => fault === name));
  const alone = runs.filter(({ recoveries }) => recoveries.length === 1);
  const times = measured(runs, (fault) => fault === name)
    .map(({ ms }) => ms)
    .sort((a, b) => a - b);
  const mean = (count: (run: RunResult) => number) =>
    alone.length === 0 ? '' : String(Math.round(alone.reduce((sum, run) => sum + count(run), 0) / alone.length));
  const milliseconds = (ms: number | undefined) => (ms === undefined ? '' : String(Math.round(ms)));
  return [
    `\`${name}\``,
    how,
    seen,
    String(runs.length),
    String(times.length),
    milliseconds(times[Math.floor(times.length / 2)]),
    milliseconds(times.at(-1)),
    mean(({ tally }) => tally.told),
    mean(({ tally }) => tally.refused + tally.unknown),
    `[${test.slice(test.lastIndexOf('/') + 1).replace('.test.ts', '')}](../${test})`,
  ];
}
