import { inWords } from '../machine/steadiness.ts';
import { SCENARIOS } from '../scenarios/catalogue.ts';
import { table } from './markdown.ts';
import type { Plot } from './plots.ts';
import { ratioSection } from './ratio-section.ts';
import type { Results } from './results.ts';
import { scenarioSection } from './scenario-section.ts';
import { verdicts } from './verdicts.ts';

/** `bench/README.md`. Plots lie in `results/`. */
export function readme(results: Results, plots: readonly Plot[]): string {
  const sections = [
    HEAD,
    '## The numbers to reach',
    verdicts(results),
    'A row is judged at the size that its goal names. One key with other numbers of waiters, which cost more or less each, stands in the next table.',
    noise(results),
    '## CPU against each peer',
    'CPU a piece of work of comet + Redis divided by that of the peer in the same run, median of the runs: below 1 is cheaper than the peer. Redis counts where it is used.',
    ratioSection(results),
    ...plots.map(({ file, about }) => `![${about}](results/${file})`),
    '## Where it was measured',
    where(results),
    '## Everything that was measured',
    `${sizes(results)} ${EXPLAINED}`,
    ...SCENARIOS.map((scenario) => scenarioSection(results, scenario)).filter((section) => section !== ''),
  ];
  return `${sections.join('\n\n')}\n`;
}

const HEAD = `<!-- Made by npm run bench. Do not edit. -->

# Benchmark

\`\`\`sh
npm run bench                        # everything, about three quarters of an hour; writes this page
npm run bench -- --install           # installs the peers first (Debian, as root)
npm run bench -- fanout cycle        # some scenarios; prints their tables
npm run bench -- --quick             # one short run of each
npm run bench -- --help              # runs, sizes, subjects, the result file
npm run bench:compare -- A B         # sets two result files side by side
npm run bench:duel -- FOLDER         # this build against another one, in turns: tells differences of a few percent
npm run bench:smoke                  # shows in a minute that every scenario works; figures mean nothing
\`\`\`

The built server runs as it does in production, with its keys, in its own processes, against a Redis of its own. The load
comes from another process, on raw sockets (autocannon for \`hot-get\` and \`set\`). Every subject starts in fresh
processes for every run, all subjects take turns within a run, and what is measured comes after a warm-up that is
dropped. A crash, an answer that is not 2xx, a wrong or a missing delivery makes a run invalid, not slow.

- **comet + Redis** has two workers (one or four where a table says so), **nchan** as many nginx workers: by itself with
  messages in their shared memory, or **nchan + Redis** with messages in Redis. Both have a Redis of their own.
- **comet embedded** keeps everything in its primary's memory: for trying out.
- **Tornado** is handlers in the manner of its chat demo, **Faye** its server from npm: one process each, the keys in its memory.
- **floor (C)** writes bytes that were made before to sockets that wait, and does nothing else.
- **bare node:http** answers every request with a constant, the documented way (\`writeHead\`, \`end\`), in as many processes as
  comet has workers. Comet can be cheaper than it, for it writes an answer in one piece
  ([why](../docs/decisions/http-write.md)).`;

const EXPLAINED = `"CPU µs each" is user and system time of all processes of the server, with Redis, for one piece of work of the scenario (a delivery, a request, a cycle). "cores" says how busy server (with Redis) and load were: a rate at which both together fill the machine is a figure of the load as much as of the server, and a rate at which the load alone fills a core is one of the load.`;

function sizes({ size }: Results): string {
  const { runs, waiters, keys, storm, parked } = size;
  const number = (value: number): string => value.toLocaleString('en');
  const many = runs === 1 ? 'One run' : `Medians of ${runs} runs, with the least and the most`;
  return `${many}. The fan-out has ${number(waiters)} waiters, cycle and mailbox ${number(keys)} keys, the storm ${number(storm)} connections; ${number(parked)} polls are parked.`;
}

function noise({ environment: { cores, busyBefore, steadiness }, size }: Results): string {
  const busy =
    busyBefore > 5
      ? ` **When this began, others kept ${busyBefore} % of the machine busy: do not trust the absolute figures.**`
      : '';
  const short = size.name === 'full' ? '' : ` **This was a ${size.name} run, not a full one.**`;
  return `**Noise.** Server, Redis and load share ${cores} cores, so rates and latencies depend on what the load leaves over, and absolute figures drift by tens of percent from day to day on shared machines. CPU time a delivery is steadier, and ratios within one run are steadier still: judge by those.${steadiness === undefined ? '' : ` When this began, ${inWords(steadiness)}: what is lost so stands in every p99 below, whoever serves.`}${busy}${short}`;
}

function where({ environment, leftOut }: Results): string {
  const { date, commit, machine, fileLimit, versions } = environment;
  const rows = [
    ['', ''],
    ['date', `${date} UTC`],
    ['commit', commit],
    ['machine', machine],
    ['open files a process', String(fileLimit)],
    ...Object.entries(versions),
  ];
  const missing = leftOut.map(({ subject, reason }) => `- left out: ${subject}: ${reason}`);
  return [table(rows, true), ...(missing.length > 0 ? [missing.join('\n')] : [])].join('\n\n');
}
