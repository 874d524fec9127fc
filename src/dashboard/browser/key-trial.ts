import { byId, element, setOutcome } from './element.ts';
import { Follower } from './follower.ts';
import { Pane } from './pane.ts';
import { Stopwatch } from './stopwatch.ts';
import { problemOf, type Worker } from './worker.ts';

/** Sets a key through one worker and watches it through each. */
export class KeyTrial {
  readonly #workers: readonly Worker[];
  readonly #panes: readonly { readonly pane: Pane; readonly follower: Follower }[];
  readonly #watch = new Stopwatch();
  readonly #key = byId('key', HTMLInputElement);
  readonly #value = byId('value', HTMLInputElement);
  readonly #through = byId('through', HTMLSelectElement);
  readonly #result = byId('set-result', HTMLElement);

  constructor(workers: readonly Worker[], watching: readonly Worker[]) {
    this.#workers = workers;
    this.#panes = watching.map((worker) => {
      const pane = new Pane(worker.name);
      return { pane, follower: new Follower(worker, pane) };
    });
    byId('key-panes', HTMLElement).append(...this.#panes.map(({ pane }) => pane.element));
    for (const worker of workers)
      this.#through.append(element('option', { value: String(worker.number) }, worker.name));
    byId('set-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#set();
    });
    this.#key.addEventListener('change', () => this.follow());
  }

  /** Begins to watch the key that is asked for. */
  follow(): void {
    const key = this.#key.value;
    for (const { pane, follower } of this.#panes) {
      pane.clear();
      if (key === '') {
        follower.stop();
        pane.state('calm', 'Name a key to watch it.');
      } else void this.#follow(key, pane, follower);
    }
  }

  async #follow(key: string, pane: Pane, follower: Follower): Promise<void> {
    let cursor: string | undefined;
    await follower.follow('/get', (last) => {
      for (const entry of last?.entries ?? []) this.#watch.arrived(entry.cursor, pane.arrived(entry.value));
      cursor = last?.cursor ?? cursor;
      // The first poll asks where the key stands: only what comes from now on arrives.
      return cursor === undefined ? { key, timeout: '0', fresh: '1' } : { key, after: cursor, all: '1' };
    });
  }

  async #set(): Promise<void> {
    const worker = this.#workers.find(({ number }) => String(number) === this.#through.value);
    if (worker === undefined) return;
    const sentAt = performance.now();
    try {
      const answer = await worker.post('/set', { key: this.#key.value, value: this.#value.value });
      const problem = problemOf(answer);
      if (answer.cursor !== undefined) this.#watch.sent(answer.cursor, sentAt);
      setOutcome(this.#result, problem, `taken, cursor ${answer.cursor ?? ''}`);
    } catch (error) {
      setOutcome(this.#result, (error as Error).message, '');
    }
    this.#value.select();
  }
}
