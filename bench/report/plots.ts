import { PERCENTILES } from '../measurement.ts';
import { CLOSED_LOOP } from '../scenarios/cycle.ts';
import { A_KEY_EACH, ONE_KEY } from '../scenarios/fanout.ts';
import { linear, logarithmic, nines } from './axes.ts';
import { draw, type Line } from './chart.ts';
import { figureOf, type Results, subjectsOf } from './results.ts';
import { spreadOf } from './statistics.ts';

export interface Plot {
  readonly file: string;
  readonly about: string;
  readonly svg: string;
}

/** Those for which the results have what they show. */
export function plots(results: Results): Plot[] {
  const drawn = [
    latency(results),
    growth(results, ONE_KEY, 'growth-one-key.svg'),
    growth(results, A_KEY_EACH, 'growth-a-key-each.svg'),
  ];
  return drawn.filter((plot) => plot !== null);
}

function latency(results: Results): Plot | null {
  const lines = subjectsOf(results, 'cycle', CLOSED_LOOP).flatMap(({ subject, runs }): Line[] => {
    const curves = runs.flatMap((run) => ('invalid' in run ? [] : [run.curve]));
    if (curves.length === 0) return [];
    const points = PERCENTILES.map((percent, index) => {
      const median = spreadOf(curves.map((curve) => curve[index] ?? null))?.median ?? 0;
      return [percent, median] as const;
    });
    return [{ name: subject, points }];
  });
  if (lines.length === 0) return null;
  const values = lines.flatMap(({ points }) => points.map(([, value]) => value));
  const svg = draw({
    title: 'From publish to delivery at half load, each server at half of its own maximum',
    x: nines('percentile', [0, 50, 90, 99, 99.9, 100]),
    y: logarithmic('milliseconds', Math.min(...values), Math.max(...values)),
    lines,
  });
  return { file: 'latency.svg', about: 'Latency of a wake-up at half load', svg };
}

function growth(results: Results, wanted: string, file: string): Plot | null {
  const works = results.works.filter(({ growth: point }) => point?.line === wanted);
  const names = [...new Set(works.flatMap(({ subjects }) => subjects.map(({ subject }) => subject)))];
  const lines = names.map((name): Line => {
    const points = works.flatMap(({ growth: point, subjects }) => {
      const found = subjects.find(({ subject }) => subject === name);
      const median = spreadOf(figureOf(found, 'cpu'))?.median;
      return median === undefined || point === undefined ? [] : [[point.waiters, median] as const];
    });
    return { name, points };
  });
  const shown = lines.filter(({ points }) => points.length > 1);
  if (shown.length === 0) return null;
  const all = shown.flatMap(({ points }) => points);
  const svg = draw({
    title: `CPU of one delivery as waiters grow: ${wanted}`,
    x: linear('waiters', Math.max(...all.map(([waiters]) => waiters))),
    y: linear('CPU µs a delivery, Redis included', Math.max(...all.map(([, value]) => value))),
    lines: shown,
  });
  return { file, about: `Cost of a delivery as waiters grow, ${wanted}`, svg };
}
