import { FIGURES, formatted } from './figures.ts';
import { figureOf, type Results, subjectsOf } from './results.ts';
import { type Spread, spreadOf } from './statistics.ts';

/** Everything that both have: median of A, of B, and B/A; marked where the runs of A and B don't overlap. */
export function comparison(a: Results, b: Results): string {
  const head = ['', 'A', 'B', 'B/A', ''];
  const title = ({ environment: { date, commit, busyBefore }, size }: Results): string =>
    `${date} ${commit}, ${size.runs} runs (${size.name}), ${busyBefore} % busy before`;
  const blocks = a.works.flatMap(({ scenario, work, subjects }) =>
    subjects.map((ours) => {
      const theirs = subjectsOf(b, scenario, work).find(({ subject }) => subject === ours.subject);
      const rows = Object.keys(FIGURES).flatMap((figure) =>
        row(figure, spreadOf(figureOf(ours, figure)), spreadOf(figureOf(theirs, figure))),
      );
      return rows.length === 0 ? '' : `${scenario}, ${work}, ${ours.subject}\n${aligned([head, ...rows])}`;
    }),
  );
  return [`A: ${title(a)}\nB: ${title(b)}`, ...blocks.filter((block) => block !== '')].join('\n\n');
}

function row(name: string, a: Spread | null, b: Spread | null): string[][] {
  const figure = FIGURES[name];
  if (a === null || b === null || !figure?.shown) return [];
  const isApart = a.least > b.most || b.least > a.most;
  const write = (value: number): string => formatted(value, figure.digits);
  const ratio = a.median === 0 ? '' : formatted(b.median / a.median, 2);
  return [[`  ${figure.label}`, write(a.median), write(b.median), ratio, isApart && ratio !== '1.00' ? '*' : '']];
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const pad = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((cells) => cells.map(pad).join('  ').trimEnd()).join('\n');
}
