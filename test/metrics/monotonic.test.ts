import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MetricsAggregate, type WorkerFigures } from '../../src/metrics/aggregate.ts';
import { risingOf, seriesOf } from './exposition.ts';
import { ProcessModel } from './process-model.ts';

const WORKERS = 3;

/** One step in the life of a machine; `who` picks among the processes that are alive. */
type Step =
  | { readonly type: 'start'; readonly worker: number }
  | { readonly type: 'count'; readonly who: number; readonly seconds: number }
  | { readonly type: 'update'; readonly who: number }
  | { readonly type: 'retire'; readonly who: number; readonly spoke: boolean }
  | { readonly type: 'late'; readonly who: number }
  | { readonly type: 'render' };

interface Life {
  readonly process: ProcessModel;
  readonly figures: WorkerFigures;
  /** Counted, and what of that the primary has heard of. */
  counted: number;
  heard: number;
}

const who = fc.nat();
const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ type: fc.constant('start' as const), worker: fc.nat({ max: WORKERS - 1 }) }) },
    // Fractions whose sum depends on the order in which they are added up.
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant('count' as const),
        who,
        seconds: fc.constantFrom(0.1, 0.2, 0.3, 0.7, 1e-7, 1e5),
      }),
    },
    { weight: 4, arbitrary: fc.record({ type: fc.constant('update' as const), who }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('retire' as const), who, spoke: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('late' as const), who }) },
    { weight: 3, arbitrary: fc.record({ type: fc.constant('render' as const) }) },
  ),
  { minLength: 5, maxLength: 60 },
);

class Machine {
  readonly #aggregate = new MetricsAggregate({ dump: async () => [] });
  readonly #alive: Life[] = [];
  readonly #dead: Life[] = [];
  #shown = new Map<string, number>();

  async take(step: Step): Promise<void> {
    switch (step.type) {
      case 'start': {
        const process = new ProcessModel(step.worker);
        this.#alive.push({ process, figures: this.#aggregate.join(), counted: 0, heard: 0 });
        return;
      }
      case 'count':
        return this.#with(this.#alive, step.who, (life) => {
          life.counted++;
          life.process.meters.deliveries++;
          life.process.meters.wake.observe(step.seconds);
          life.process.cpu += step.seconds;
        });
      case 'update':
        return this.#with(this.#alive, step.who, (life) => {
          life.heard = life.counted;
          life.figures.update(life.process.dump());
        });
      case 'retire':
        return this.#with(this.#alive, step.who, (life) => {
          if (step.spoke) life.heard = life.counted;
          life.figures.retire(step.spoke ? life.process.dump() : undefined);
          this.#dead.push(...this.#alive.splice(this.#alive.indexOf(life), 1));
        });
      case 'late':
        return this.#with(this.#dead, step.who, (life) => life.figures.update(life.process.dump()));
      case 'render':
        return this.#render();
    }
  }

  #with(lives: readonly Life[], index: number, act: (life: Life) => void): void {
    const life = lives[index % lives.length];
    if (life !== undefined) act(life);
  }

  async #render(): Promise<void> {
    const exposition = await this.#aggregate.render({ workers: WORKERS, reporting: 0, restarts: this.#dead.length });
    const rising = risingOf(exposition);
    for (const [series, before] of this.#shown) {
      const now = rising.get(series);
      if (now === undefined || now < before) throw new Error(`${series} went from ${before} to ${now}`);
    }
    this.#shown = rising;
    const heard = [...this.#alive, ...this.#dead].reduce((sum, life) => sum + life.heard, 0);
    const series = seriesOf(exposition);
    expect(series.get('comet_deliveries_total')).toBe(heard);
    expect(series.get('comet_wake_seconds_count')).toBe(heard);
    expect(series.get('comet_wake_seconds_bucket{le="+Inf"}')).toBe(heard);
  }
}

describe('the counters of a machine', () => {
  it('never go back and lose nothing that was heard, however its workers live and die', async () => {
    const property = fc.asyncProperty(steps, async (plan) => {
      const machine = new Machine();
      for (const step of plan) await machine.take(step);
      await machine.take({ type: 'render' });
    });
    await fc.assert(property, { numRuns: 200, interruptAfterTimeLimit: 10_000 });
  });
});
