/** The dashboard: follows the server's events and shows what they tell. */
import type { Opening, ServerFacts, Tick } from '../wire.ts';
import { byId, setText } from './element.ts';
import { Feed } from './feed.ts';
import { refusalsTable, showEngine } from './health.ts';
import { History } from './history.ts';
import { Journal } from './journal.ts';
import { KeysTable } from './keys.ts';
import { count, counted, decimal, duration, milliseconds, timeOfDay } from './numbers.ts';
import { Plot } from './plot.ts';
import { bindTheme } from './theme.ts';
import { workersTable } from './workers.ts';

const PLOTS: readonly Plot[] = [
  new Plot({
    title: 'Waiting',
    lines: [{ label: 'waiters', measure: 'waiters', format: count }],
    format: decimal,
  }),
  new Plot({
    title: 'Per second',
    lines: [
      { label: 'sets', measure: 'sets', format: decimal },
      { label: 'deliveries', measure: 'deliveries', format: decimal },
    ],
    format: decimal,
  }),
  new Plot({
    title: 'Wake-up time',
    lines: [
      { label: 'p50', measure: 'wakeP50', format: milliseconds },
      { label: 'p99', measure: 'wakeP99', format: milliseconds },
    ],
    format: milliseconds,
  }),
  new Plot({
    title: 'Delays',
    lines: [
      { label: 'event loop, worst', measure: 'lag', format: milliseconds },
      { label: 'Redis, p99', measure: 'redisP99', format: milliseconds },
    ],
    format: milliseconds,
  }),
];

class Page {
  readonly #history = new History();
  readonly #span = byId('span', HTMLSelectElement);
  readonly #status = byId('status', HTMLElement);
  readonly #workers = workersTable(byId('workers', HTMLTableElement));
  readonly #keys = new KeysTable(byId('keys', HTMLTableElement));
  readonly #refusals = refusalsTable(byId('refusals', HTMLTableElement));
  readonly #journal = new Journal(byId('journal', HTMLOListElement), byId('no-journal', HTMLElement));
  #server: ServerFacts | null = null;
  #tick: Tick | null = null;
  #isOpen = false;

  start(): void {
    byId('plots', HTMLElement).append(...PLOTS.map(({ figure }) => figure));
    this.#span.addEventListener('change', () => this.#draw());
    bindTheme(byId('theme', HTMLSelectElement), () => {
      for (const plot of PLOTS) plot.recolour();
      this.#draw();
    });
    const feed = new Feed(
      {
        opening: (opening) => this.#begin(opening),
        tick: (tick) => this.#take(tick),
        keys: (keys) => this.#keys.show(keys),
        incident: (entry) => this.#journal.add(entry),
      },
      (isOpen) => this.#connected(isOpen),
    );
    feed.open();
  }

  #begin({ server, resumed, points, journal, tick, keys }: Opening): void {
    this.#server = server;
    if (!resumed) {
      this.#history.reset();
      this.#journal.reset();
    }
    this.#history.add(points, server.historySeconds);
    for (const entry of journal) this.#journal.add(entry);
    setText(byId('machine', HTMLElement), server.machine);
    if (keys !== null) this.#keys.show(keys);
    if (tick !== null) this.#show(tick);
    this.#draw();
  }

  #take(tick: Tick): void {
    this.#history.add([tick.point], this.#server?.historySeconds ?? 0);
    this.#show(tick);
    this.#draw();
  }

  #show(tick: Tick): void {
    this.#tick = tick;
    this.#workers.show(tick.workers);
    this.#refusals.show(tick.refusals);
    if (this.#server !== null) {
      showEngine(byId('engine', HTMLDListElement), this.#server, tick);
      const up = duration((tick.point.at - this.#server.startedAt) / 1000);
      const deaths = tick.restarts === 0 ? '' : `, ${counted(tick.restarts, 'worker')} replaced`;
      setText(byId('uptime', HTMLElement), `up ${up}${deaths}`);
    }
    setText(byId('totals', HTMLElement), connectionsOf(tick));
    this.#state();
  }

  #draw(): void {
    for (const plot of PLOTS) plot.draw(this.#history, Number(this.#span.value));
  }

  #connected(isOpen: boolean): void {
    this.#isOpen = isOpen;
    document.body.classList.toggle('stale', !isOpen);
    this.#state();
  }

  #state(): void {
    const tick = this.#tick;
    if (!this.#isOpen) {
      const since = tick === null ? '' : ` What you see is from ${timeOfDay(tick.point.at)}.`;
      this.#tell('bad', `▲ No connection to the server; trying again.${since}`);
    } else if (tick === null) this.#tell('calm', '◌ Waiting for the first figures');
    else if (tick.ready) this.#tell('good', '● Ready');
    else this.#tell('bad', `▲ Not ready: ${reasonOf(tick)}`);
  }

  /** Told to those who listen too: only what changes is. */
  #tell(look: string, text: string): void {
    setText(this.#status, text);
    this.#status.className = `status ${look}`;
  }
}

/** The rest of them are long polls, what publishes, and what waits for its next request. */
function connectionsOf({ point: { connections, streams, webSockets } }: Tick): string {
  return `${counted(connections, 'connection')} (${counted(streams, 'stream')}, ${counted(webSockets, 'WebSocket')})`;
}

/** What ails every worker alike is said once. */
function reasonOf({ reason, workers }: Tick): string {
  const [first = '', ...others] = new Set(workers.map((row) => row.reason));
  return others.length === 0 && first !== '' ? first : reason;
}

new Page().start();
