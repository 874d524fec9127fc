import type { Engine } from '../engine/engine.ts';
import { CometError } from '../errors.ts';

/** Whether load balancers should send requests here. */
export class Readiness {
  readonly #engine: Engine;
  #withdrawn: string | null = null;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Not ready from now on, whatever the engine says. The first reason stays. */
  withdraw(reason: string): void {
    this.#withdrawn ??= reason;
  }

  /** Why it is not ready; `null` when it is. */
  obstacle(): CometError | null {
    if (this.#withdrawn !== null) return new CometError('DRAINING', { message: this.#withdrawn });
    const health = this.#engine.health();
    return health.ready ? null : new CometError('ENGINE_UNAVAILABLE', { message: health.reason });
  }
}
