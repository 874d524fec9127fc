import { cometRedis } from '../subjects/comet.ts';
import { formatted } from './figures.ts';
import { table } from './markdown.ts';
import { figureOf, type Results, type WorkResult } from './results.ts';
import { ratios, spreadOf } from './statistics.ts';

/** CPU of the server over CPU of each peer, for all works that both did. */
export function ratioSection(results: Results): string {
  const works = results.works.filter(({ subjects }) => subjects.some(isJudged) && subjects.length > 1);
  const isOther = (name: string): boolean => name !== cometRedis.name;
  const peers = [...new Set(works.flatMap(({ subjects }) => subjects.map(({ subject }) => subject)))].filter(isOther);
  const rows = works.map((work) => [`${work.scenario}: ${work.work}`, ...peers.map((peer) => ratioTo(work, peer))]);
  return table([['', ...peers], ...rows.filter((row) => row.some((cell, index) => index > 0 && cell !== ''))]);
}

function isJudged({ subject }: { readonly subject: string }): boolean {
  return subject === cometRedis.name;
}

function ratioTo({ subjects }: WorkResult, peer: string): string {
  const ours = figureOf(subjects.find(isJudged), 'cpu');
  const theirs = figureOf(
    subjects.find(({ subject }) => subject === peer),
    'cpu',
  );
  const spread = spreadOf(ratios(ours, theirs));
  return spread === null ? '' : formatted(spread.median, 2);
}
