import { type Metric, PRIMARY_METRICS, WORKER_METRICS } from './catalogue.ts';
import type { Aggregator, MetricFamily, MetricsDump } from './dump.ts';

const BEGIN = '<!-- metrics: made from the catalogue by "npm run docs" -->\n';
const END = '<!-- end of metrics -->\n';

/** How the workers' figures become the machine's, for people. */
const OVER_WORKERS: Readonly<Record<Aggregator, string>> = {
  sum: 'sum',
  min: 'lowest',
  max: 'highest',
  first: 'one of them',
};

/**
 * The page `docs/metrics.md` with its tables as the code has them; its prose stays as it is. `process` is a dump of the
 * Node process metrics.
 */
export function metricsPage(page: string, process: MetricsDump): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error('the page has lost the marks between which the metrics stand');
  const tables = [
    `### Of the workers\n\n${workerTable(WORKER_METRICS)}`,
    `### Of the machine\n\n${plainTable(PRIMARY_METRICS)}`,
    `### Of each Node process\n\n${plainTable(process)}`,
  ];
  return `${page.slice(0, begin)}${BEGIN}\n${tables.join('\n')}\n${page.slice(end)}`;
}

function workerTable(metrics: typeof WORKER_METRICS): string {
  const rows = metrics.map((metric) => [
    `\`${metric.name}\``,
    metric.type,
    labelsOf(metric),
    over(metric),
    metric.help,
  ]);
  return table(['Metric', 'Type', 'Labels', 'Over workers', 'Meaning'], rows);
}

/** Of what has no labels, or only `worker` and those that prom-client gives. */
function plainTable(metrics: readonly Pick<MetricFamily, 'name' | 'type' | 'help'>[]): string {
  const rows = metrics.map(({ name, type, help }) => [`\`${name}\``, type, help]);
  return table(['Metric', 'Type', 'Meaning'], rows);
}

function labelsOf<Source>({ labels, perWorker }: Metric<Source>): string {
  const texts = Object.entries(labels).map(([label, values]) => {
    const meaning = typeof values === 'string' ? values : values.map((value) => `\`${value}\``).join(' ');
    return `\`${label}\`: ${meaning}`;
  });
  return [...texts, ...(perWorker ? ['`worker`: its number'] : [])].join('; ');
}

function over<Source>({ perWorker, aggregator }: Metric<Source>): string {
  return perWorker ? 'apart' : OVER_WORKERS[aggregator];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return [head, head.map(() => '---'), ...rows].map(line).join('');
}
