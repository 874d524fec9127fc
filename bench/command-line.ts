import { parseArgs } from 'node:util';
import { SCENARIOS } from './scenarios/catalogue.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { FULL, QUICK, type Size, SMOKE } from './scenarios/size.ts';

export const HELP = `npm run bench -- [scenario ...] [options]

Scenarios: ${SCENARIOS.map(({ name }) => name).join(', ')}; all of them without one.

  --quick            one short run of each
  --smoke            tiny: shows that everything works, figures mean nothing
  --runs N           runs of each
  --waiters N        waiters of the fan-out (${FULL.waiters})
  --parked N         waiters of park, and the last point of growth (${FULL.parked})
  --seconds N        of each timed measurement (${FULL.seconds})
  --idle-seconds N   of idle CPU (${FULL.idleSeconds})
  --subject TEXT     only subjects whose name contains it; may be repeated
  --out FILE         result file (bench/results/page.json, or last.json for a part)
  --page-from FILE   only make the page anew, from that result file
  --install          install the peers first (apt-get, as root)
  --help`;

export interface CommandLine {
  readonly help: boolean;
  readonly install: boolean;
  /** Result file that the page is made from without measuring. */
  readonly pageFrom: string | null;
  readonly scenarios: readonly Scenario[];
  /** All scenarios and subjects in full size: what the page is made from. */
  readonly isWhole: boolean;
  readonly size: Size;
  /** Parts of names; empty for all. */
  readonly subjects: readonly string[];
  /** null for the usual place. */
  readonly out: string | null;
}

/** Throws an `Error` that says what is wrong. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      smoke: { type: 'boolean', default: false },
      install: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      runs: { type: 'string' },
      waiters: { type: 'string' },
      parked: { type: 'string' },
      seconds: { type: 'string' },
      'idle-seconds': { type: 'string' },
      subject: { type: 'string', multiple: true, default: [] },
      out: { type: 'string' },
      'page-from': { type: 'string' },
    },
  });
  const preset = values.smoke ? SMOKE : values.quick ? QUICK : FULL;
  const parked = given('--parked', values.parked, preset.parked);
  const size: Size = {
    ...preset,
    runs: given('--runs', values.runs, preset.runs),
    waiters: given('--waiters', values.waiters, preset.waiters),
    seconds: given('--seconds', values.seconds, preset.seconds),
    idleSeconds: given('--idle-seconds', values['idle-seconds'], preset.idleSeconds),
    parked,
    growth: preset.growth.length === 0 ? [] : [...preset.growth.filter((waiters) => waiters < parked), parked],
  };
  return {
    help: values.help,
    install: values.install,
    pageFrom: values['page-from'] ?? null,
    scenarios: positionals.length === 0 ? SCENARIOS : positionals.map(scenarioNamed),
    isWhole: positionals.length === 0 && values.subject.length === 0 && preset === FULL,
    size,
    subjects: values.subject,
    out: values.out ?? null,
  };
}

function scenarioNamed(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`there is no scenario "${name}"`);
  return found;
}

function given(option: string, text: string | undefined, otherwise: number): number {
  return text === undefined ? otherwise : numberIn(option, text);
}

/** Throws an `Error` that says what is wrong. */
export function numberIn(option: string, text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`${option} must be a number above 0`);
  return number;
}
