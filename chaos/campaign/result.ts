import { readFileSync, writeFileSync } from 'node:fs';
import type { Tally } from '../check/judge.ts';
import type { Recovery } from '../check/recoveries.ts';
import type { ViolationKind } from '../check/violation.ts';
import type { Topology } from '../deployment/store.ts';
import type { Environment } from '../report/environment.ts';
import type { AudienceFound } from './audience.ts';

/** What is kept of a run. */
export interface RunResult {
  readonly seed: number;
  readonly topology: Topology;
  /** The faults, and the milliseconds that it took after each until all was as before. */
  readonly recoveries: readonly Recovery[];
  readonly tally: Tally;
  readonly interruptions: number;
  /** Milliseconds in which a worker or the campaign itself had no CPU. */
  readonly stalledMs: number;
  /** It says nothing, because Redis failed over by itself: the machine was too busy. */
  readonly isVoid: boolean;
  /** How many of each kind; a kind that did not happen is left out. */
  readonly violations: Readonly<Partial<Record<ViolationKind, number>>>;
}

/** What is kept of a campaign. */
export interface CampaignResult {
  readonly kind: 'campaign';
  readonly environment: Environment;
  /** Seconds of publishing in each run. */
  readonly seconds: number;
  readonly runs: readonly RunResult[];
  /** Written by hand. */
  readonly notes?: readonly Note[];
}

/** What the violations of some runs came from, and what became of it. */
export interface Note {
  readonly seeds: readonly number[];
  /** Of the server that was tested: the note is about no other. */
  readonly commit: string;
  /** Markdown, one paragraph. */
  readonly text: string;
}

/** What is kept of the rolling reloads under load. */
export interface ReloadResult {
  readonly kind: 'reload';
  readonly environment: Environment;
  readonly requests: number;
  readonly failed: number;
  readonly reloads: number;
  readonly seconds: number;
  /** Event streams and WebSockets meanwhile; older results know none. */
  readonly audience?: Omit<AudienceFound, 'failures'> & { readonly failed: number };
}

/** The folder has to be there. */
export function writeResult(file: string, result: CampaignResult | ReloadResult): void {
  writeFileSync(file, `${JSON.stringify(result, null, 1)}\n`);
}

/** Throws if there is no such file. */
export function readResult(file: string): CampaignResult | ReloadResult {
  return JSON.parse(readFileSync(file, 'utf8')) as CampaignResult | ReloadResult;
}
