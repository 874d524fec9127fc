import { readFileSync, writeFileSync } from 'node:fs';
import type { Measurement } from '../measurement.ts';
import type { Size } from '../scenarios/size.ts';
import type { Environment } from './environment.ts';

/** What is written to a result file. */
export interface Results {
  readonly environment: Environment;
  readonly size: Size;
  readonly leftOut: readonly LeftOut[];
  readonly works: readonly WorkResult[];
}

export interface LeftOut {
  readonly subject: string;
  readonly reason: string;
}

export interface WorkResult {
  readonly scenario: string;
  readonly work: string;
  readonly growth?: { readonly line: string; readonly waiters: number };
  readonly subjects: readonly SubjectResult[];
}

export interface SubjectResult {
  readonly subject: string;
  /** In the order of the runs: the same index is the same run, and so the same mood of the machine. */
  readonly runs: readonly Run[];
}

/** A run in which something broke has no figures. */
export type Run = Measurement | { readonly invalid: string };

export function readResults(file: string): Results {
  return JSON.parse(readFileSync(file, 'utf8')) as Results;
}

export function writeResults(file: string, results: Results): void {
  const shorter = (_: string, value: unknown): unknown =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;
  // A line a subject: small, and a change of one is a change of one line.
  const text = JSON.stringify(results, shorter, 1).replaceAll(/\n {6,}/g, '');
  writeFileSync(file, `${text}\n`);
}

export function subjectsOf(results: Results, scenario: string, work: string): readonly SubjectResult[] {
  return results.works.find((found) => found.scenario === scenario && found.work === work)?.subjects ?? [];
}

/** A figure of every run of a subject; null where the run is invalid or has no such figure. */
export function figureOf(subject: SubjectResult | undefined, figure: string): (number | null)[] {
  return (subject?.runs ?? []).map((run) => ('invalid' in run ? null : (run.figures[figure] ?? null)));
}
