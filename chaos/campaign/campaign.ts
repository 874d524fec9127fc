import { Deployment } from '../deployment/deployment.ts';
import type { Topology } from '../deployment/store.ts';
import type { Fault } from '../faults/fault.ts';
import type { Span } from '../history/history.ts';
import type { RunResult } from './result.ts';
import { type Played, Run } from './run.ts';
import { type Schedule, schedule } from './schedule.ts';

export interface CampaignOptions {
  readonly topology: Topology;
  /** Of the first run; each next one has the next. */
  readonly seed: number;
  readonly runs: number;
  /** How long each run publishes. */
  readonly seconds: number;
  readonly faults: readonly Fault[];
  /** Called after each run. */
  readonly onRun: (plan: Schedule, played: Played, result: RunResult) => void;
}

/** Run after run, on one deployment for as long as it recovers from everything. */
export class Campaign {
  readonly #options: CampaignOptions;
  #deployment: Deployment | null = null;
  #isStopped = false;

  constructor(options: CampaignOptions) {
    this.#options = options;
  }

  /** Resolves with all results, no process being left. */
  async run(): Promise<readonly RunResult[]> {
    const { topology, seed, runs, onRun } = this.#options;
    const results: RunResult[] = [];
    try {
      for (let index = 0; index < runs && !this.#isStopped; index++) {
        const plan = schedule({ ...this.#options, seed: seed + index });
        this.#deployment ??= await started(topology);
        const played = await new Run(this.#deployment, plan).play();
        const result = resultOf(plan, played);
        results.push(result);
        onRun(plan, played, result);
        await this.#settle(played.violations.length > 0 || played.isVoid);
      }
    } finally {
      await this.#deployment?.stop();
    }
    return results;
  }

  /** After the run that is under way. */
  stop(): void {
    this.#isStopped = true;
  }

  /** What did not recover is replaced, so that one failure is not counted in every run that follows. */
  async #settle(isFailed: boolean): Promise<void> {
    const deployment = this.#deployment;
    if (!isFailed) {
      try {
        await deployment?.settled();
        return;
      } catch {
        // The next run gets another one.
      }
    }
    this.#deployment = null;
    await deployment?.stop();
  }
}

/** Milliseconds that any of them covers. */
function busyMs(spans: readonly Span[]): number {
  let [sum, reached] = [0, 0];
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    sum += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return sum;
}

/** Another attempt for a machine that was too busy for this one. */
async function started(topology: Topology): Promise<Deployment> {
  try {
    return await Deployment.start(topology);
  } catch {
    return Deployment.start(topology);
  }
}

function resultOf({ seed, topology }: Schedule, played: Played): RunResult {
  const { violations, recoveries, tally, interruptions, history, isVoid } = played;
  const stalledMs = Math.round(busyMs(history.stalls));
  const counts: Partial<Record<(typeof violations)[number]['kind'], number>> = {};
  for (const { kind } of violations) counts[kind] = (counts[kind] ?? 0) + 1;
  return { seed, topology, recoveries, tally, interruptions, stalledMs, isVoid, violations: counts };
}
