import type { ServerFacts, Tick, WorkerRow } from '../dashboard/wire.ts';
import { bytes, duration, milliseconds, percent, perSecond, whole } from './figures.ts';

const BOLD = '\u001b[1m';
const RED = '\u001b[31m';
const PLAIN = '\u001b[0m';

const COLUMNS: readonly (readonly [string, (row: WorkerRow) => string])[] = [
  ['WORKER', ({ worker }) => String(worker)],
  ['PORT', ({ port }) => String(port)],
  ['STATUS', ({ status }) => status],
  ['WAITERS', ({ waiters }) => whole(waiters)],
  ['CONNS', ({ connections }) => whole(connections)],
  ['KEYS', ({ keysWatched }) => whole(keysWatched)],
  ['SETS', ({ sets }) => perSecond(sets)],
  ['DELIVERIES', ({ deliveries }) => perSecond(deliveries)],
  ['LAG', ({ lag }) => milliseconds(lag)],
  ['CPU', ({ cpu }) => percent(cpu)],
  ['MEMORY', ({ memory }) => bytes(memory)],
  ['AGE', ({ age }) => duration(age)],
];

/** What `comet top` shows of a machine: lines of at most `width` characters. `isColoured`: what is wrong stands out. */
export function machineView(server: ServerFacts, tick: Tick, width: number, isColoured: boolean): string[] {
  const paint = (colour: string, line: string) => (isColoured ? `${colour}${line}${PLAIN}` : line);
  const cut = (line: string) => line.slice(0, width);
  const [head = '', ...rows] = table(tick.workers);
  const isDown = tick.redis.up === false;
  return [
    paint(BOLD, cut(title(server, tick))),
    tick.ready ? 'ready' : paint(RED, cut(`not ready: ${tick.reason}`)),
    '',
    ...traffic(tick).map(cut),
    isDown ? paint(RED, cut(redis(tick))) : cut(redis(tick)),
    cut(`refused   ${refusals(tick)}`),
    '',
    paint(BOLD, cut(head)),
    ...rows.map((row, index) => (tick.workers[index]?.status === 'serving' ? cut(row) : paint(RED, cut(row)))),
  ];
}

function title({ machine, engine, startedAt }: ServerFacts, { point }: Tick): string {
  const up = duration(Math.max(0, point.at - startedAt) / 1000);
  return `comet top  ${machine}  ${engine} engine  up ${up}  ${new Date(point.at).toTimeString().slice(0, 8)}`;
}

function traffic({ point, workers, restarts }: Tick): string[] {
  const keys = workers.reduce((sum, { keysWatched }) => sum + keysWatched, 0);
  return [
    `waiters   ${whole(point.waiters)}   connections ${whole(point.connections)}   streams ${whole(point.streams)}   websockets ${whole(point.webSockets)}   keys ${whole(keys)}`,
    `traffic   ${perSecond(point.sets)} sets   ${perSecond(point.deliveries)} deliveries   ${perSecond(point.refusals)} refused`,
    `wake      p50 ${milliseconds(point.wakeP50)}   p99 ${milliseconds(point.wakeP99)}   loop lag ${milliseconds(point.lag)}   restarts ${whole(restarts)}`,
  ];
}

function redis({ point, redis: { up, reconnects, probeFailures, resyncs } }: Tick): string {
  if (up === null) return 'redis     not used';
  const counts = `reconnects ${whole(reconnects)}   probes lost ${whole(probeFailures)}   resyncs ${whole(resyncs)}`;
  return `redis     ${up ? 'up' : 'DOWN'}   p50 ${milliseconds(point.redisP50)}   p99 ${milliseconds(point.redisP99)}   ${counts}`;
}

/** Since the start, with the rate of those that happen now. */
function refusals(tick: Tick): string {
  if (tick.refusals.length === 0) return 'nobody';
  return tick.refusals
    .map(({ reason, count, rate }) => `${reason} ${whole(count)}${rate > 0 ? ` (${perSecond(rate)})` : ''}`)
    .join('   ');
}

/** Right-aligned, as wide as need be. */
function table(workers: readonly WorkerRow[]): string[] {
  const columns = COLUMNS.map(([name, cell]) => {
    const cells = [name, ...workers.map(cell)];
    const width = Math.max(...cells.map(({ length }) => length));
    return cells.map((text) => text.padStart(width));
  });
  return [0, ...workers.map((_, index) => index + 1)].map((line) => columns.map((cells) => cells[line]).join('  '));
}
