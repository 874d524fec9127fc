import type { Health } from '../engine/engine.ts';
import type { PrimaryLink } from './primary-link.ts';

/** Tells the primary how a worker is, whenever that has changed. */
export class HealthReport {
  readonly #link: PrimaryLink;
  /** The reason that was told last; empty for a worker that is ready. */
  #told: string | undefined;

  constructor(link: PrimaryLink) {
    this.#link = link;
  }

  /** Costs nothing while it is as it was. */
  tell(health: Health): void {
    const reason = health.ready ? '' : health.reason;
    if (reason === this.#told) return;
    this.#told = reason;
    this.#link.send({ type: 'health', ready: health.ready, reason });
  }
}
