/** `npm run bench:duel -- FOLDER`: see `HELP`. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { numberIn } from './command-line.ts';
import { Load } from './load/load.ts';
import { PROJECT } from './paths.ts';
import { cometBuiltIn } from './subjects/comet.ts';
import type { Subject, SubjectKind } from './subjects/subject.ts';

const HELP = `npm run bench:duel -- FOLDER [options]

Which of two builds takes less CPU for a cycle (set, wake, poll again)? Both servers stand at the same time, each with a
Redis and a load of its own, and take turns of half a second: what else happens on the machine meets both alike. Fresh
processes for each bout, since chance gives two of the same build up to a tenth.

FOLDER is a checkout of the project with its build; "." for this build itself.

  --bouts N        (6)
  --turns N        of each build in a bout (16)
  --keys N         a waiter each (1000)
  --options TEXT   options of Node for the servers of FOLDER, split at blanks`;

const TURN_SECONDS = 0.4;
/** What a turn begins with is of the one before. */
const SETTLE_SECONDS = 0.1;

interface Bout {
  readonly turns: number;
  readonly keys: number;
}

class Fighter {
  cpu = 0;
  cycles = 0;
  readonly #subject: Subject;
  readonly #load = new Load();

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  async open(keys: number): Promise<void> {
    const { target } = this.#subject;
    await this.#load.run({ type: 'open', target, waiters: keys, keys, publishers: 64, browser: false });
  }

  async turn(counts: boolean): Promise<void> {
    const { figures } = await this.#load.run({ type: 'cycle', warmupSeconds: SETTLE_SECONDS, seconds: TURN_SECONDS });
    if (!counts) return;
    const { cpu = 0, count = 0 } = figures;
    this.cpu += cpu * count;
    this.cycles += count;
  }

  /** Microseconds of CPU, Redis included. */
  get each(): number {
    return this.cpu / this.cycles;
  }

  async stop(): Promise<void> {
    await this.#load.stop();
    await this.#subject.stop();
  }
}

/** CPU a cycle of each, in their order. */
async function fight(kinds: readonly SubjectKind[], { turns, keys }: Bout): Promise<number[]> {
  const fighters: Fighter[] = [];
  try {
    for (const kind of kinds) {
      const fighter = new Fighter(await kind.start({ workers: 2 }));
      fighters.push(fighter);
      await fighter.open(keys);
    }
    // Some that are not counted, until all of the code is compiled.
    for (let turn = -Math.floor(turns / 2); turn < turns; turn++) {
      // Nobody is always the first.
      const order = turn % 2 === 0 ? fighters : fighters.toReversed();
      for (const fighter of order) await fighter.turn(turn >= 0);
    }
    return fighters.map(({ each }) => each);
  } finally {
    for (const fighter of fighters) await fighter.stop();
  }
}

async function duel(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      bouts: { type: 'string', default: '6' },
      turns: { type: 'string', default: '16' },
      keys: { type: 'string', default: '1000' },
      options: { type: 'string', default: '' },
      help: { type: 'boolean', default: false },
    },
  });
  const [folder] = positionals;
  if (values.help || folder === undefined) {
    console.log(HELP);
    return;
  }
  const ours = cometBuiltIn(PROJECT, []);
  const theirs = cometBuiltIn(resolve(folder), values.options.split(' ').filter(Boolean));
  const reason = ours.missing() ?? theirs.missing();
  if (reason !== null) throw new Error(reason);
  const bouts = numberIn('--bouts', values.bouts);
  const sizes = { turns: numberIn('--turns', values.turns), keys: numberIn('--keys', values.keys) };
  const ratios: number[] = [];
  for (let bout = 1; bout <= bouts; bout++) {
    // Who starts first may get the better place.
    const isFirst = bout % 2 === 1;
    const found = await fight(isFirst ? [ours, theirs] : [theirs, ours], sizes);
    const [our = 0, their = 0] = isFirst ? found : found.toReversed();
    ratios.push(our / their);
    const each = `this ${our.toFixed(1)} µs, other ${their.toFixed(1)} µs`;
    console.log(`bout ${bout} of ${bouts}: ${each}, ratio ${(our / their).toFixed(3)}`);
  }
  const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
  const spread = `${Math.min(...ratios).toFixed(3)} – ${Math.max(...ratios).toFixed(3)}`;
  console.log(`this build / the other: ${mean.toFixed(3)} (${spread}), geometric mean of ${ratios.length} bouts`);
}

try {
  await duel(process.argv.slice(2));
} catch (error) {
  console.error(`bench: ${(error as Error).message}`);
  process.exitCode = 1;
}
