import { readFileSync } from 'node:fs';
import { setting } from '../config/option.ts';
import { count, flag, text } from '../config/schemas.ts';
import type { Costs } from '../plan/costs.ts';
import { costsFromBench, parseBenchResults } from '../plan/costs-from-bench.ts';
import type { Load, Machine } from '../plan/load.ts';
import { MEASURED } from '../plan/measured.ts';
import { planFor } from '../plan/plan.ts';
import { planJson, renderPlan } from '../plan/render.ts';
import { defineCommand, report } from './command.ts';
import { EXIT } from './io.ts';

const MOST = 1_000_000_000;

/** For whoever must order machines before there is a load. */
export const plan = defineCommand({
  name: 'plan',
  summary: 'Foretell how many machines, workers and Redis instances a load needs, and which limit it meets first',
  operands: [],
  settings: {
    waiters: number('Polls that are parked at the same time', 100_000, 1, MOST),
    sets: number('Sets a second', 1_000, 0, MOST),
    fanout: number('Waiters of one key, woken by one set', 1, 1, MOST),
    'value-bytes': number('Bytes of a value', 100, 0, MOST),
    cores: number('Cores of a machine: workers that it runs', 8, 1, 1024),
    memory: number('Gigabytes of memory of a machine', 16, 1, 65_536, 'GB'),
    files: number('Open files that a worker may have', 65_536, 1, MOST),
    share: number('Percent of what a machine can do, and of its memory, that the load may take', 50, 1, 100, 'PERCENT'),
    spare: number('Machines more than the load needs', 1, 0, 1_000),
    results: setting({
      schema: text(),
      fallback: '',
      help: 'Result file of "npm run bench" whose costs are taken instead of those that were measured for this version',
      placeholder: 'FILE',
      fallbackText: '',
    }),
    json: setting({ schema: flag, fallback: false, help: 'As JSON', placeholder: '', flag: true }),
  },
  shown: ['get-timeout', 'history-size'],
  run({ io, loaded: { config }, own }) {
    const wrong = (place: string, message: string): number => report(io, [{ place, message }]);
    let costs: Costs;
    try {
      costs = own.results === '' ? MEASURED : costsOf(own.results);
    } catch (error) {
      return wrong('--results', (error as Error).message);
    }
    if (own.fanout > own.waiters) return wrong('--fanout', 'must be at most --waiters');
    const load: Load = {
      waiters: own.waiters,
      sets: own.sets,
      fanout: own.fanout,
      valueBytes: own.valueBytes,
      pollSeconds: config.getTimeout,
      history: config.historySize,
    };
    const machine: Machine = {
      cores: own.cores,
      memoryBytes: own.memory * 1e9,
      files: own.files,
      share: own.share / 100,
    };
    const found = planFor(load, machine, costs);
    if (found === null) return wrong('--memory, --files', 'no number of such machines is enough; give a machine more');
    io.stdout.write(own.json ? planJson(found, own.spare) : renderPlan(found, own.spare));
    return EXIT.done;
  },
});

function number(help: string, fallback: number, min: number, max: number, placeholder = 'N') {
  return setting({ schema: count(min, max), fallback, help, placeholder });
}

/** The costs of a result file. Throws with what is wrong with it. */
function costsOf(file: string): Costs {
  return costsFromBench(parseBenchResults(JSON.parse(readFileSync(file, 'utf8'))));
}
