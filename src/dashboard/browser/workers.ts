import type { WorkerRow, WorkerStatus } from '../wire.ts';
import { count, decimal, duration, memory, milliseconds, NOTHING, percent } from './numbers.ts';
import { type Column, Table } from './table.ts';

/** A sign beside the word, so that colour is never all there is. */
const SIGNS: Readonly<Record<WorkerStatus, string>> = {
  serving: '●',
  starting: '◌',
  unready: '▲',
  silent: '▲',
  draining: '◐',
  away: '✕',
};

const COLUMNS: readonly Column<WorkerRow>[] = [
  { title: 'Worker', text: ({ worker, port }) => `${worker} :${port}`, look: 'name' },
  {
    title: 'State',
    text: ({ status, reason }) =>
      `${SIGNS[status]}\u00a0${status}${reason === '' || status === 'starting' ? '' : `: ${reason}`}`,
    look: 'state',
    mark: ({ status }) => `is-${status}`,
  },
  { title: 'Waiters', text: ({ waiters }) => count(waiters), look: 'number' },
  { title: 'Sets/s', hint: 'sets, deletes and pushes taken', text: ({ sets }) => decimal(sets), look: 'number wide' },
  {
    title: 'Deliv./s',
    hint: 'entries and messages handed to clients',
    text: ({ deliveries }) => decimal(deliveries),
    look: 'number wide',
  },
  {
    title: 'Loop lag',
    hint: 'how late its event loop turned at worst in the last second',
    text: ({ lag }) => milliseconds(lag),
    look: 'number',
  },
  { title: 'CPU', text: ({ cpu }) => percent(cpu), look: 'number wide' },
  { title: 'Memory', text: (row) => memory(row.memory), look: 'number wide' },
  {
    title: 'Conns',
    hint: 'client connections that are open',
    text: ({ connections }) => count(connections),
    look: 'number wide',
  },
  {
    title: 'Keys',
    hint: 'keys and mailboxes that it is subscribed to',
    text: ({ keysWatched }) => count(keysWatched),
    look: 'number wide',
  },
  { title: 'Up', text: ({ age, pid }) => (pid === null ? NOTHING : duration(age)), look: 'number wide' },
  { title: 'Pid', text: ({ pid }) => (pid === null ? NOTHING : String(pid)), look: 'number wide' },
];

/** The table of workers. */
export function workersTable(table: HTMLTableElement): Table<WorkerRow> {
  return new Table(table, COLUMNS, 'No worker yet.');
}
