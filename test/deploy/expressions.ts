import { parse } from 'yaml';
import { PRIMARY_METRICS, WORKER_METRICS } from '../../src/metrics/catalogue.ts';
import { ProcessMetrics } from '../../src/metrics/process-metrics.ts';
import { deployed } from './deployed.ts';

export interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly Rule[];
}

export async function rulesOf(file: 'recording' | 'alerts'): Promise<readonly RuleGroup[]> {
  return (parse(await deployed(`prometheus/rules/${file}.yml`)) as { groups: RuleGroup[] }).groups;
}

/** Every name that a scrape can hold, those that a histogram makes included, and Prometheus' own `up`. */
export async function metricNames(): Promise<Set<string>> {
  const ours = [...WORKER_METRICS, ...PRIMARY_METRICS].map(({ name, type }) => ({ name, type }));
  const dump = await new ProcessMetrics('1').dump();
  const all = [...ours, ...dump.map(({ name, type }) => ({ name, type: String(type) }))];
  const names = all.flatMap(({ name, type }) =>
    type === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  );
  return new Set(['up', ...names]);
}

/** The metrics that a PromQL expression asks for. */
export function metricsOf(expr: string): string[] {
  const bare = expr
    .replace(/"[^"]*"/g, '""')
    .replace(/\{[^}]*\}/g, '{}')
    .replace(/\[[^\]]*\]/g, '[]')
    .replace(/\b(by|without|on|ignoring|group_left|group_right) ?\([^)]*\)/g, '');
  const names = [...bare.matchAll(/[a-zA-Z_:][\w:]*(?!\w*\s*\()/g)].map(([name]) => name);
  return [...new Set(names)].filter((name) => !['or', 'and', 'unless', 'bool', 'offset'].includes(name));
}

/** What the panels and annotations of the dashboard ask, as it is asked for all machines over a minute. */
export async function dashboardQueries(): Promise<string[]> {
  const { panels, annotations } = JSON.parse(await deployed('grafana/comet.json')) as Dashboard;
  const queries = [...panels.flatMap(({ targets = [] }) => targets), ...annotations.list].map(({ expr }) => expr);
  return queries.map((expr) => expr.replaceAll('$instance', '.*').replaceAll('$__rate_interval', '1m'));
}

interface Query {
  readonly expr: string;
}

interface Dashboard {
  readonly panels: readonly { readonly targets?: readonly Query[] }[];
  readonly annotations: { readonly list: readonly Query[] };
}
