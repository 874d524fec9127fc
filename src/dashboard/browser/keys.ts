import type { BusiestKeys, KeyRow } from '../wire.ts';
import { element } from './element.ts';
import { count, decimal } from './numbers.ts';
import { type Column, Table } from './table.ts';

type Order = Exclude<keyof KeyRow, 'key'>;

const SHOWN = 15;
const EMPTY = 'Nobody waits for a key, and none was set in the last seconds.';

const COLUMNS: readonly (Column<KeyRow> & { readonly order?: Order })[] = [
  { title: 'Key', text: ({ key }) => key, look: 'key' },
  { title: 'Waiters', text: ({ waiters }) => count(waiters), look: 'number', order: 'waiters' },
  { title: 'Sets/s', text: ({ sets }) => decimal(sets), look: 'number', order: 'sets' },
  { title: 'Deliv./s', text: ({ deliveries }) => decimal(deliveries), look: 'number', order: 'deliveries' },
];

/** The busiest keys, in the order that the operator chooses by a click on a title. */
export class KeysTable {
  readonly #table: Table<KeyRow>;
  readonly #buttons = new Map<Order, HTMLButtonElement>();
  #order: Order = 'waiters';
  #keys: readonly KeyRow[] = [];

  constructor(table: HTMLTableElement) {
    this.#table = new Table(table, COLUMNS, EMPTY, (column) => this.#heading(column));
    this.#mark();
    this.#draw();
  }

  show({ keys }: BusiestKeys): void {
    this.#keys = keys;
    this.#draw();
  }

  #draw(): void {
    const order = this.#order;
    const sorted = [...this.#keys].sort((one, other) => other[order] - one[order] || other.waiters - one.waiters);
    this.#table.show(sorted.slice(0, SHOWN));
  }

  #heading({ title, order }: (typeof COLUMNS)[number]): Node | string {
    if (order === undefined) return title;
    const button = element('button', { type: 'button' }, title);
    button.addEventListener('click', () => {
      this.#order = order;
      this.#mark();
      this.#draw();
    });
    this.#buttons.set(order, button);
    return button;
  }

  #mark(): void {
    for (const [order, button] of this.#buttons) {
      const isChosen = order === this.#order;
      button.parentElement?.setAttribute('aria-sort', isChosen ? 'descending' : 'none');
    }
  }
}
