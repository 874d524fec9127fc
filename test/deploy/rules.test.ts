import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { promtool } from '../metrics/exposition.ts';
import { deployed, ROOT } from './deployed.ts';
import { dashboardQueries, metricNames, metricsOf, type RuleGroup, rulesOf } from './expressions.ts';

let known: Set<string>;
let recording: readonly RuleGroup[];
let alerts: readonly RuleGroup[];

beforeAll(async () => {
  [known, recording, alerts] = await Promise.all([metricNames(), rulesOf('recording'), rulesOf('alerts')]);
});

const rules = (groups: readonly RuleGroup[]) => groups.flatMap((group) => group.rules);
const recorded = () => rules(recording).flatMap(({ record }) => record ?? []);

describe('the rules of Prometheus', () => {
  it('are taken by promtool, and so is what a linter of it has to say', async () => {
    const files = ['recording', 'alerts'].map((name) => join(ROOT, `deploy/prometheus/rules/${name}.yml`));
    const { code, output } = await promtool(['check', 'rules', ...files]);
    expect([code, output]).toEqual([0, expect.not.stringMatching(/duplicate|FAILED|lint/i)]);
  });

  it('fire when they should and not before: every alert has a test', async () => {
    const tests = join(ROOT, 'deploy/prometheus/tests/rules_test.yml');
    const { code, output } = await promtool(['test', 'rules', tests]);
    expect([code, output]).toEqual([0, expect.stringContaining('SUCCESS')]);
    const tested = (await deployed('prometheus/tests/rules_test.yml')).matchAll(/alertname: (\w+)/g);
    const names = rules(alerts).map(({ alert }) => alert);
    expect(names.length).toBeGreaterThan(10);
    expect(new Set([...tested].map(([, name]) => name))).toEqual(new Set(names));
  });

  it('ask for metrics that exist and rules that are there', () => {
    for (const { expr } of [...rules(recording), ...rules(alerts)]) {
      const unknown = metricsOf(expr).filter((name) => !known.has(name) && !recorded().includes(name));
      expect([expr, unknown]).toEqual([expr, []]);
    }
  });

  it('say how bad it is and what is the case', () => {
    for (const { alert, labels, annotations } of rules(alerts)) {
      expect([alert, labels?.severity]).toEqual([alert, expect.stringMatching(/^(page|ticket)$/)]);
      expect([alert, annotations?.summary]).toEqual([alert, expect.stringContaining('{{ $labels.instance }}')]);
    }
  });
});

describe('deploy/grafana/comet.json', () => {
  it('uses only metrics that exist', async () => {
    const queries = await dashboardQueries();
    expect(queries.length).toBeGreaterThan(20);
    for (const query of queries) {
      expect([query, metricsOf(query).filter((name) => !known.has(name))]).toEqual([query, []]);
      expect(metricsOf(query)).not.toEqual([]);
    }
  });

  it('has panels that fit beside each other, each with its own id, a title and a word on what it shows', async () => {
    const { panels } = JSON.parse(await deployed('grafana/comet.json')) as { panels: Panel[] };
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = new Set<string>();
    for (const { title, description, type, gridPos } of panels) {
      expect(title).not.toBe('');
      if (type !== 'row') expect([title, description]).toEqual([title, expect.stringMatching(/\.$/)]);
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect([title, cells.has(`${x},${y}`)]).toEqual([title, false]);
          cells.add(`${x},${y}`);
        }
      }
    }
  });
});

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}
