/** `npm run bench:duel -- FOLDER`: see `HELP`. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { numberIn } from './command-line.ts';
import { Load } from './load/load.ts';
import type { Task } from './load/task.ts';
import { PROJECT } from './paths.ts';
import { cometBuiltIn } from './subjects/comet.ts';
import type { Subject, SubjectKind } from './subjects/subject.ts';

const HELP = `npm run bench:duel -- FOLDER [options]

Which of two builds takes less CPU for the same work? Both servers stand at the same time, each with a Redis and a load of
its own, and take turns of half a second: what else happens on the machine meets both alike. Fresh processes for each
bout, since chance gives two of the same build up to a tenth.

FOLDER is a checkout of the project with its build; "." for this build itself.

  --work NAME      cycle: set, wake, poll again, a key each; or fanout: all wait for one key and are woken (cycle)
  --bouts N        (6)
  --turns N        of each build in a bout (16)
  --waiters N      (1000)
  --options TEXT   options of Node for the servers of FOLDER, split at blanks`;

/** What a turn begins with is of the one before. */
const CYCLES: Task = { type: 'cycle', warmupSeconds: 0.1, seconds: 0.4 };
const ROUNDS: Task = { type: 'rounds', warmups: 0, rounds: 4 };

interface Bout {
  readonly isFanout: boolean;
  readonly turns: number;
  readonly waiters: number;
}

class Fighter {
  cpu = 0;
  count = 0;
  readonly #subject: Subject;
  readonly #work: Task;
  readonly #load = new Load();

  constructor(subject: Subject, work: Task) {
    this.#subject = subject;
    this.#work = work;
  }

  async open(waiters: number, keys: number): Promise<void> {
    const { target } = this.#subject;
    // No more than are used: a server closes the idle ones.
    const publishers = Math.min(keys, 64);
    await this.#load.run({ type: 'open', target, waiters, keys, publishers, browser: false });
  }

  async turn(counts: boolean): Promise<void> {
    const { figures } = await this.#load.run(this.#work);
    if (!counts) return;
    const { cpu = 0, count = 0 } = figures;
    this.cpu += cpu * count;
    this.count += count;
  }

  /** Microseconds of CPU, Redis included. */
  get each(): number {
    return this.cpu / this.count;
  }

  async stop(): Promise<void> {
    await this.#load.stop();
    await this.#subject.stop();
  }
}

/** CPU of each, in their order, for a cycle or a delivery. */
async function fight(kinds: readonly SubjectKind[], { isFanout, turns, waiters }: Bout): Promise<number[]> {
  const fighters: Fighter[] = [];
  try {
    for (const kind of kinds) {
      const fighter = new Fighter(await kind.start({ workers: 2 }), isFanout ? ROUNDS : CYCLES);
      fighters.push(fighter);
      await fighter.open(waiters, isFanout ? 1 : waiters);
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
      work: { type: 'string', default: 'cycle' },
      bouts: { type: 'string', default: '6' },
      turns: { type: 'string', default: '16' },
      waiters: { type: 'string', default: '1000' },
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
  const isFanout = values.work === 'fanout';
  if (!isFanout && values.work !== 'cycle') throw new Error(`--work ${values.work}: cycle or fanout`);
  const bouts = numberIn('--bouts', values.bouts);
  const sizes = { isFanout, turns: numberIn('--turns', values.turns), waiters: numberIn('--waiters', values.waiters) };
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
