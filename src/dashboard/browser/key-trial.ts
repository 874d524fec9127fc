import { byId, element } from './element.ts';
import type { Follower } from './follower.ts';
import type { Pane } from './pane.ts';
import { Panes } from './panes.ts';
import { bindSending } from './sending.ts';
import { Stopwatch } from './stopwatch.ts';
import type { Worker } from './worker.ts';

/** Sets a key through one worker and watches it through each. */
export class KeyTrial {
  readonly #workers: readonly Worker[];
  readonly #panes: Panes;
  readonly #watch = new Stopwatch();
  readonly #key = byId('key', HTMLInputElement);
  readonly #value = byId('value', HTMLInputElement);
  readonly #through = byId('through', HTMLSelectElement);

  constructor(workers: readonly Worker[], watching: readonly Worker[]) {
    this.#workers = workers;
    this.#panes = new Panes(byId('key-panes', HTMLElement), watching);
    for (const worker of workers)
      this.#through.append(element('option', { value: String(worker.number) }, worker.name));
    const form = byId('set-form', HTMLFormElement);
    bindSending({ form, input: this.#value, result: byId('set-result', HTMLElement) }, () => this.#set());
    this.#key.addEventListener('change', () => this.follow());
  }

  /** Begins to watch the key that is asked for. */
  follow(): void {
    const key = this.#key.value;
    if (key === '') this.#panes.stop('Name a key to watch it.');
    else this.#panes.follow((pane, follower) => this.#follow(key, pane, follower));
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

  async #set(): Promise<string> {
    const worker = this.#workers.find(({ number }) => String(number) === this.#through.value);
    if (worker === undefined) throw new Error('no worker is chosen');
    const sentAt = performance.now();
    const { cursor = '' } = await worker.post('/set', { key: this.#key.value, value: this.#value.value });
    this.#watch.sent(cursor, sentAt);
    return `Written; its cursor is ${cursor}`;
  }
}
