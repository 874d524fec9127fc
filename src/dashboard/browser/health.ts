import type { RedisState, RefusalRow, ServerFacts, Tick } from '../wire.ts';
import { element, setText } from './element.ts';
import { count, decimal, milliseconds } from './numbers.ts';
import { type Column, Table } from './table.ts';

const REFUSALS: readonly Column<RefusalRow>[] = [
  { title: 'Reason', text: ({ reason }) => reason.replaceAll('_', ' ') },
  { title: 'Now/s', text: ({ rate }) => decimal(rate), look: 'number' },
  { title: 'In all', hint: 'since the start of the server', text: (row) => count(row.count), look: 'number' },
];

export function refusalsTable(table: HTMLTableElement): Table<RefusalRow> {
  return new Table(table, REFUSALS, 'No request was turned away since the start.');
}

/** How the engine is: a list of facts. */
export function showEngine(list: HTMLDListElement, server: ServerFacts, tick: Tick): void {
  const facts = server.engine === 'embedded' ? embedded() : redis(tick.redis, tick);
  for (const [index, [name, value, look]] of facts.entries()) {
    const pair = list.children[index] ?? list.appendChild(element('div', {}, element('dt'), element('dd')));
    const [term, detail] = pair.children;
    if (term !== undefined) setText(term, name);
    if (detail === undefined) continue;
    setText(detail, value);
    detail.className = look;
  }
  while (list.children.length > facts.length) list.lastElementChild?.remove();
}

type Fact = readonly [name: string, value: string, look: string];

function embedded(): readonly Fact[] {
  return [['Engine', 'embedded: in the memory of this machine', '']];
}

function redis({ up, reconnects, probeFailures, resyncs }: RedisState, { point }: Tick): readonly Fact[] {
  return [
    ['Redis', up === true ? '● reached by every worker' : '▲ out of reach', up === true ? 'good' : 'bad'],
    ['Calls, p50', milliseconds(point.redisP50), ''],
    ['Calls, p99', milliseconds(point.redisP99), ''],
    ['Reconnects', count(reconnects), ''],
    ['Lost probes', count(probeFailures), ''],
    ['Resyncs', count(resyncs), ''],
  ];
}
