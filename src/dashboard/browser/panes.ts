import { Follower } from './follower.ts';
import { Pane } from './pane.ts';
import type { Worker } from './worker.ts';

/** A pane for each of some workers, and what it follows there. */
export class Panes {
  readonly #all: readonly { readonly pane: Pane; readonly follower: Follower }[];

  constructor(place: HTMLElement, workers: readonly Worker[]) {
    this.#all = workers.map((worker) => {
      const pane = new Pane(worker.name);
      return { pane, follower: new Follower(worker, pane) };
    });
    place.append(...this.#all.map(({ pane }) => pane.element));
  }

  /** Empties all panes and has each follow something else. */
  follow(begin: (pane: Pane, follower: Follower) => Promise<void>): void {
    for (const { pane, follower } of this.#all) {
      pane.clear();
      void begin(pane, follower);
    }
  }

  /** Empties all panes, follows nothing more, and says what to do about it. */
  stop(hint: string): void {
    for (const { pane, follower } of this.#all) {
      follower.stop();
      pane.clear();
      pane.state('calm', hint);
    }
  }
}
