import type { Incident, JournalEntry } from '../wire.ts';
import { element } from './element.ts';
import { timeOfDay } from './numbers.ts';

const SHOWN = 60;

const NAMES: Readonly<Record<Incident, string>> = {
  started: 'serves',
  died: 'died',
  draining: 'drains',
  drained: 'drained',
  unready: 'not ready',
  ready: 'ready again',
  resync: 'resync',
  reloaded: 'reloaded',
  'reload-refused': 'reload refused',
  stopping: 'stopping',
};

/** What needs an eye. */
const BAD: ReadonlySet<Incident> = new Set(['died', 'unready', 'reload-refused']);
const WARNING: ReadonlySet<Incident> = new Set(['resync', 'draining', 'stopping']);

/** The list of what happened, newest first. */
export class Journal {
  readonly #list: HTMLOListElement;
  readonly #empty: HTMLElement;

  constructor(list: HTMLOListElement, empty: HTMLElement) {
    this.#list = list;
    // It scrolls: the keyboard must reach it.
    list.tabIndex = 0;
    this.#empty = empty;
  }

  reset(): void {
    this.#list.replaceChildren();
    this.#empty.hidden = false;
  }

  add(entry: JournalEntry): void {
    const { at, incident, worker, text } = entry;
    const look = BAD.has(incident) ? 'bad' : WARNING.has(incident) ? 'warning' : 'calm';
    const who = worker === null ? 'server' : `worker ${worker}`;
    this.#list.prepend(
      element(
        'li',
        { class: look },
        element('time', { datetime: new Date(at).toISOString() }, timeOfDay(at)),
        element('b', {}, `${who} ${NAMES[incident]}`),
        element('span', {}, text),
      ),
    );
    while (this.#list.children.length > SHOWN) this.#list.lastElementChild?.remove();
    this.#empty.hidden = true;
  }
}
