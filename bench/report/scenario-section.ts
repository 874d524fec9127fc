import type { Scenario } from '../scenarios/scenario.ts';
import { FIGURES, formatted } from './figures.ts';
import { table } from './markdown.ts';
import { figureOf, type Results, type SubjectResult, type WorkResult } from './results.ts';
import { spreadOf } from './statistics.ts';

/** What was measured in one scenario; empty if it did not run. */
export function scenarioSection(results: Results, { name, about }: Scenario): string {
  const works = results.works.filter(({ scenario }) => scenario === name);
  if (works.length === 0) return '';
  return [`### ${name}`, about, ...works.map(workSection)].join('\n\n');
}

function workSection({ work, subjects }: WorkResult): string {
  const columns = Object.keys(FIGURES).filter(
    (figure) => FIGURES[figure]?.shown && subjects.some((subject) => spreadOf(figureOf(subject, figure)) !== null),
  );
  const head = ['', ...columns.map((figure) => FIGURES[figure]?.label ?? figure)];
  const rows = subjects.map((subject) => [subject.subject, ...columns.map((figure) => cell(subject, figure))]);
  return [`**${work}**`, table([head, ...rows]), ...subjects.flatMap(invalidRuns)].join('\n\n');
}

/** The median, and the spread where there is one. */
function cell(subject: SubjectResult, figure: string): string {
  const spread = spreadOf(figureOf(subject, figure));
  if (spread === null) return '';
  const write = (value: number): string => formatted(value, FIGURES[figure]?.digits ?? 2);
  const { median, least, most, runs } = spread;
  return runs === 1 || write(least) === write(most)
    ? write(median)
    : `${write(median)} (${write(least)}–${write(most)})`;
}

function invalidRuns({ subject, runs }: SubjectResult): string[] {
  return runs.flatMap((run, index) =>
    'invalid' in run
      ? [`Run ${index + 1} of ${subject} is invalid: \`${run.invalid.replaceAll(/[`\s]+/g, ' ').slice(0, 300)}\``]
      : [],
  );
}
