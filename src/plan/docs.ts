import type { Costs } from './costs.ts';
import type { Prediction } from './predictions.ts';

const BEGIN = '<!-- measured: made from bench/results/page.json by "npm run docs" -->\n';
const END = '<!-- end of measured -->\n';

const MEANINGS: Readonly<Record<Exclude<keyof Costs, 'source'>, readonly [string, string]>> = {
  setUs: ['a worker takes a set', 'µs'],
  noticeUs: ['a worker hears of an entry that its polls wait for', 'µs'],
  deliveryUs: ['a worker answers a waiting poll', 'µs'],
  pollUs: ['a worker takes a poll and parks it', 'µs'],
  connectionUs: ['a worker takes a new connection and its first poll', 'µs'],
  redisSetUs: ['Redis runs the script of a set', 'µs'],
  redisNoticeUs: ['Redis sends a notice to one worker', 'µs'],
  waiterBytes: ['a parked poll on a key of its own', 'bytes'],
  subscriptionBytes: ['Redis keeps a key that a worker listens to', 'bytes'],
  processBytes: ['a process with nobody there', 'bytes'],
};

/** The page `docs/scaling.md` with its tables as they were measured; its prose stays as it is. */
export function scalingPage(page: string, costs: Costs, predictions: readonly Prediction[]): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error('the page has lost the marks between which the tables stand');
  const tables = `${costTable(costs)}\n${predictionTable(predictions)}`;
  return `${page.slice(0, begin)}${BEGIN}\n${tables}\n${page.slice(end)}`;
}

/** The text of `src/plan/measured.ts`. */
export function measuredModule(costs: Costs): string {
  const lines = Object.entries(costs).map(([name, value]) =>
    typeof value === 'string' ? `  ${name}: '${value}',\n` : `  ${name}: ${Number(value.toPrecision(4))},\n`,
  );
  return `import type { Costs } from './costs.ts';

/** Made from bench/results/page.json by "npm run docs". */
export const MEASURED: Costs = {
${lines.join('')}};
`;
}

function costTable(costs: Costs): string {
  const rows = Object.entries(MEANINGS).map(
    ([name, [meaning, unit]]) =>
      `| \`${name}\` | ${meaning} | ${rounded(costs[name as keyof typeof MEANINGS])} ${unit} |\n`,
  );
  return `Measured on ${costs.source}.\n\n| cost | what it is of | found |\n| --- | --- | ---: |\n${rows.join('')}`;
}

function predictionTable(predictions: readonly Prediction[]): string {
  const rows = predictions.map(({ what, unit, foretold, found }) => {
    const error = Math.round(100 * (foretold / found - 1));
    return `| ${what} | ${rounded(foretold)} ${unit} | ${rounded(found)} ${unit} | ${error > 0 ? '+' : ''}${error} % |\n`;
  });
  return `| not used for the costs | foretold | found | error |\n| --- | ---: | ---: | ---: |\n${rows.join('')}`;
}

function rounded(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}
