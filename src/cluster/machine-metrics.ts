import type { Exposition } from '../http/admin.ts';
import type { MetricsAggregate, WorkerFigures } from '../metrics/aggregate.ts';
import type { Supervisor } from './supervisor.ts';
import type { WorkerProcess } from './worker-process.ts';

/** Collects the figures of every worker process for a scrape. One that is silent or dies doesn't fail it. */
export class MachineMetrics {
  readonly #aggregate: MetricsAggregate;
  readonly #figures = new Map<WorkerProcess, WorkerFigures>();

  constructor(aggregate: MetricsAggregate) {
    this.#aggregate = aggregate;
  }

  /** Takes in a process that was started; when it has ended, what it counted stays. */
  follow(worker: WorkerProcess): void {
    const figures = this.#aggregate.join();
    this.#figures.set(worker, figures);
    void worker
      .until(({ phase }) => phase === 'ended')
      .then(() => {
        this.#figures.delete(worker);
        figures.retire(worker.state.lastDump);
      });
  }

  /** The exposition of the whole machine. Takes as long as the slowest worker, within its deadline. */
  async expose(supervisor: Supervisor): Promise<Exposition> {
    const answered = new Set<number>();
    await Promise.all(
      [...this.#figures].map(async ([worker, figures]) => {
        const dump = await worker.metrics();
        if (dump === null) return;
        figures.update(dump);
        answered.add(worker.worker);
      }),
    );
    const { restarts, ports } = supervisor;
    const text = await this.#aggregate.render({ workers: ports.length, reporting: answered.size, restarts });
    return { text, contentType: this.#aggregate.contentType };
  }
}
