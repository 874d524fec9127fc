import { Changes } from './changes.ts';
import { NEWBORN, type WorkerState } from './worker-state.ts';

/** The state of a worker process from its fork to its end, and who waits for it to change. */
export class WorkerLife {
  readonly #changes = new Changes();
  readonly #bornAt = performance.now();
  #state: WorkerState = NEWBORN;

  get state(): WorkerState {
    return this.#state;
  }

  /** Milliseconds since the fork. */
  get age(): number {
    return performance.now() - this.#bornAt;
  }

  /**
   * Resolves true as soon as a condition on the state holds; false once so many milliseconds are over or the process
   * has ended.
   */
  until(condition: (state: WorkerState) => boolean, ms?: number): Promise<boolean> {
    return this.#changes.until(() => condition(this.#state), ms);
  }

  /** A worker that was told to drain can't become anything else but ended. */
  update(change: Partial<WorkerState>): void {
    const { phase } = this.#state;
    this.#state = { ...this.#state, ...change, ...(phase === 'draining' ? { phase } : {}) };
    this.#changes.happened();
  }

  /** The last change. `how` is an exit code or a signal. */
  end(how: string): void {
    this.#state = { ...this.#state, phase: 'ended', detail: how, health: { ready: false, reason: 'it ended' } };
    this.#changes.end();
  }
}
