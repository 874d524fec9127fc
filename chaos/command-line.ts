import { parseArgs } from 'node:util';
import { TOPOLOGIES, type Topology } from './deployment/store.ts';
import { FAULTS } from './faults/catalogue.ts';
import type { Fault } from './faults/fault.ts';

export const HELP = `npm run chaos -- [options]            plays runs, breaks things, and judges what clients saw
npm run chaos -- reload [options]     rolling reloads under load, through nginx
npm run chaos -- page                 makes docs/reliability.md from chaos/results

  --topology NAME    ${TOPOLOGIES.join(', ')} (single)
  --seed N           of the first run; each next one has the next (1). The same seed is the same schedule
  --runs N           (20)
  --seconds S        of publishing in each run (8)
  --faults A,B       only these: ${FAULTS.map(({ name }) => name).join(', ')}
  --requests N       of the rolling reloads (100000)
  --out FILE         (chaos/results/last.json); what the servers wrote in a failed run goes beside it
  --help

Exit code 1 if anything was violated.`;

export interface CommandLine {
  readonly help: boolean;
  readonly command: 'campaign' | 'reload' | 'page';
  readonly topology: Topology;
  readonly seed: number;
  readonly runs: number;
  readonly seconds: number;
  readonly faults: readonly Fault[];
  readonly requests: number;
  readonly out: string;
}

/** Throws an `Error` that says what is wrong. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      topology: { type: 'string', default: 'single' },
      seed: { type: 'string', default: '1' },
      runs: { type: 'string', default: '20' },
      seconds: { type: 'string', default: '8' },
      faults: { type: 'string', default: '' },
      requests: { type: 'string', default: '100000' },
      out: { type: 'string', default: 'chaos/results/last.json' },
      help: { type: 'boolean', default: false },
    },
  });
  const [command = 'campaign', ...rest] = positionals;
  if ((command !== 'campaign' && command !== 'reload' && command !== 'page') || rest.length > 0) {
    throw new Error(`"${positionals.join(' ')}" is neither reload nor page`);
  }
  const topology = TOPOLOGIES.find((name) => name === values.topology);
  if (topology === undefined) throw new Error(`there is no topology "${values.topology}"`);
  return {
    help: values.help,
    command,
    topology,
    seed: numberIn('--seed', values.seed),
    runs: numberIn('--runs', values.runs),
    seconds: numberIn('--seconds', values.seconds),
    faults: values.faults === '' ? FAULTS : values.faults.split(',').map(faultNamed),
    requests: numberIn('--requests', values.requests),
    out: values.out,
  };
}

function faultNamed(name: string): Fault {
  const found = FAULTS.find((fault) => fault.name === name);
  if (found === undefined) throw new Error(`there is no fault "${name}"`);
  return found;
}

function numberIn(option: string, text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`${option} must be a number above 0`);
  return number;
}
