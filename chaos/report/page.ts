import type { CampaignResult, ReloadResult, RunResult } from '../campaign/result.ts';
import type { ViolationKind } from '../check/violation.ts';
import { FAULTS } from '../faults/catalogue.ts';
import type { Fault } from '../faults/fault.ts';
import type { Environment } from './environment.ts';
import { explanations } from './explanations.ts';
import { faultRow } from './fault-row.ts';
import { measured, slowOf } from './recovery-times.ts';
import { reloads } from './reloads.ts';
import { table } from './table.ts';

export interface PageInput {
  /** One a topology. */
  readonly campaigns: readonly CampaignResult[];
  readonly reload: ReloadResult | null;
}

const JUDGED: readonly (readonly [ViolationKind, string])[] = [
  ['lost', 'lost'],
  ['order', 'out of order or twice'],
  ['phantom', 'phantoms'],
  ['late', 'late'],
  ['told', 'told for nothing'],
  ['broken', 'not recovered'],
];

/** `docs/reliability.md`, from what the campaigns found. Pure. */
export function page({ campaigns, reload }: PageInput): string {
  const judged = campaigns.map((campaign) => ({ ...campaign, runs: campaign.runs.filter(({ isVoid }) => !isVoid) }));
  const runs = judged.flatMap((campaign) => campaign.runs);
  const voids = campaigns.reduce((sum, campaign) => sum + campaign.runs.length, 0) - runs.length;
  return [
    INTRODUCTION,
    '## What was found',
    table(['', ...judged.map(({ runs: [first] }) => first?.topology ?? ''), 'together'], totals(judged, runs)),
    ...(voids === 0 ? [] : [voidRuns(voids)]),
    ...judged.flatMap(explanations),
    MEANINGS,
    ...(reload === null ? [] : [reloads(reload)]),
    '## The faults',
    FAULT_WORDS,
    table(
      [
        'fault',
        'what is done',
        'what clients see',
        'runs',
        'recovery: measured',
        'median',
        'most',
        'told a run',
        'not taken a run',
        'test',
      ],
      FAULTS.map((fault) => faultRow(fault, runs)),
      [3, 4, 5, 6, 7, 8],
    ),
    HOW,
    '',
  ].join('\n\n');
}

function totals(campaigns: readonly CampaignResult[], all: readonly RunResult[]): string[][] {
  const row = (name: string, count: (run: RunResult) => number) => [
    name,
    ...[...campaigns.map(({ runs }) => runs), all].map((runs) =>
      runs.reduce((sum, run) => sum + count(run), 0).toLocaleString('en'),
    ),
  ];
  const recovered = (name: string, isWanted: (part: Fault['part']) => boolean) => {
    const faults = new Set(FAULTS.filter(({ part }) => isWanted(part)).map((fault) => fault.name));
    return [
      name,
      ...[...campaigns.map(({ runs }) => runs), all].map((runs) =>
        slowOf(measured(runs, (fault) => faults.has(fault))),
      ),
    ];
  };
  const where = (name: string, say: (environment: Environment) => string) => [
    name,
    ...campaigns.map(({ environment }) => say(environment)),
    '',
  ];
  return [
    row('runs', () => 1),
    row('faults', ({ recoveries }) => recoveries.length),
    row('acknowledged sets and pushes', ({ tally }) => tally.acknowledged),
    row('deliveries', ({ tally }) => tally.deliveries),
    ...JUDGED.map(([kind, name]) => row(`**${name}**`, ({ violations }) => violations[kind] ?? 0)),
    recovered('**resync over 2 s** of Redis being back', (part) => part === 'redis' || part === 'way'),
    recovered('**recovery over 2 s** after any other fault', (part) => part !== 'redis' && part !== 'way'),
    row('refused or open', ({ tally }) => tally.refused + tally.unknown),
    row('told `"recovered":false`', ({ tally }) => tally.told),
    row('lost by Redis itself', ({ tally }) => tally.lostByRedis),
    where('date', ({ date }) => date),
    where('commit', ({ commit }) => commit),
    where('machine', ({ machine }) => machine),
    where('load of the machine when it began', ({ load }) => `${load}`),
    row('seconds in which a worker or a client had no CPU', ({ stalledMs }) => Math.round(stalledMs / 1000)),
    where('Node, Redis, nginx', ({ node, redis, nginx }) => `${node}, ${redis}, ${nginx}`),
  ];
}

function voidRuns(count: number): string {
  const runs = count === 1 ? '1 more run is' : `${count} more runs are`;
  return `${runs} not counted: Redis failed over there by itself, as it does where it gets no CPU.`;
}

const INTRODUCTION = `<!-- Made by npm run chaos -- page. Do not edit. -->

# Reliability

What the server promises when things break stands in [protocol.md](protocol.md#cursors) and
[operations.md](operations.md#when-redis-fails). Here is how often it was put to the test, and what came of it.

Clients talk to a real deployment: two machines with two workers each, their Redis, and nginx on the configuration that
\`comet nginx\` prints. Some publish; others follow the same keys by long polls of one key and of several, by event streams
and over WebSockets, and take messages with \`ack\` and without. A schedule that follows from a seed breaks one thing or
two in each run. Everything that was published and seen is written down and judged afterwards.`;

const MEANINGS = `**Lost**: an acknowledged value that a follower of every entry never saw, without having been told
\`"recovered":false\`; one that a follower of the newest did not end with; an acknowledged message that never came, without \`ack\` though no
connection broke.
**Phantom**: a value that was not set, or two in one place. **Late**: it came more than 6 s after it could, or a poll went
on waiting while it was there. **Told for nothing**: \`"recovered":false\` where nothing can have been missed.
**Refused or open**: publishes that were answered with an error; the open ones (503 that says so, or a broken
connection) may have been done. **Lost by Redis itself**: it came back older or empty; nobody can see those entries, and
who had seen them was told.`;

const FAULT_WORDS = `**Recovery** is the time from the moment in which the broken part answers again until every follower has
got something that was acknowledged after it, in milliseconds. So it holds the time until publishing works again, and
what a lack of CPU costs. It was measured wherever no other fault was there meanwhile and somebody published; those who
take messages are left out where Redis lost data, because what it had handed out is theirs for 30 s. **Told** counts answers with \`"recovered":false\`, **not taken** publishes that were refused or left open: both
in the runs that had no other fault. Every row is also a fault of [campaign.test.ts](../test/fault/campaign.test.ts) or
of the test that is named.`;

const HOW = `## How to run it

[CONTRIBUTING.md](../CONTRIBUTING.md#the-fault-campaign) says how. A run that fails prints its seed; the same seed
breaks the same things at the same times.`;
