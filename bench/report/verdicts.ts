import { formatted } from './figures.ts';
import { table } from './markdown.ts';
import type { Results } from './results.ts';
import { spreadOf } from './statistics.ts';
import { GOALS, type Goal } from './targets.ts';

/** The table of the numbers to reach. */
export function verdicts(results: Results): string {
  const rows = GOALS.map((goal) => row(goal, results));
  return table([['work', 'judged', 'reach', 'dream', 'found (least – most)', ''], ...rows], true);
}

function row(goal: Goal, results: Results): string[] {
  const { work, judge, unit, digits, reach, dream } = goal;
  const limit = (value: number | null): string =>
    value === null ? '' : `${goal.isMoreBetter ? '≥' : '≤'} ${value} ${unit}`.trim();
  const found = spreadOf(goal.found(results));
  const write = (value: number): string => formatted(value, digits);
  const text =
    found === null
      ? 'not measured'
      : `**${write(found.median)}** ${unit} (${write(found.least)} – ${write(found.most)})`.replace('  ', ' ');
  return [work, judge, limit(reach), limit(dream), text, found === null ? '' : verdict(goal, found.median)];
}

function verdict({ reach, dream, isMoreBetter = false }: Goal, found: number): string {
  const isMet = (limit: number): boolean => (isMoreBetter ? found >= limit : found <= limit);
  if (dream !== null && isMet(dream)) return 'dream reached';
  if (reach === null) return 'dream not reached';
  return isMet(reach) ? 'reached' : '**not reached**';
}
