import type { RunResult } from '../campaign/result.ts';
import type { Played } from '../campaign/run.ts';
import { inWords, type Schedule } from '../campaign/schedule.ts';
import { evidence } from './evidence.ts';
import { RESYNC_MS } from './recovery-times.ts';

/** Violations that are shown in full. */
const SHOWN = 5;

/** A run in one line. `count` says which of how many. */
export function lineOf(
  plan: Schedule,
  { seed, topology, recoveries, tally, stalledMs, isVoid, violations }: RunResult,
  count: string,
): string {
  const verdict = Object.entries(violations).map(([kind, times]) => `${times} ${kind}`);
  const said = verdict.length === 0 ? 'ok' : `FAILED (${verdict.join(', ')})`;
  const recovered = recoveries.map(({ fault, ms, last }) =>
    ms === null ? `${fault} ?` : `${fault} ${Math.round(ms)} ms${ms > RESYNC_MS ? ` (${last})` : ''}`,
  );
  return [
    `${count} ${topology} seed ${seed}: ${isVoid ? 'void: Redis failed over by itself' : said}`,
    inWords(plan),
    `recovered: ${recovered.join(', ')}`,
    `${tally.acknowledged} acknowledged, ${tally.refused} refused, ${tally.unknown} unknown, ${tally.deliveries} delivered, ${tally.told} told, ${tally.lostByRedis} lost by Redis`,
    ...(stalledMs === 0 ? [] : [`no CPU for ${stalledMs} ms`]),
  ].join(' | ');
}

/** How to play it again, and what went wrong. */
export function failureOf({ seed, topology, seconds }: Schedule, played: Played): string {
  return [
    `  again: npm run chaos -- --topology ${topology} --seed ${seed} --runs 1 --seconds ${seconds}`,
    ...played.violations.slice(0, SHOWN).flatMap((violation) => evidence(played, violation)),
    `  ${Math.max(0, played.violations.length - SHOWN)} more`,
  ].join('\n');
}
