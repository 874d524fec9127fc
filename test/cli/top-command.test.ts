import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { bytes, duration, milliseconds, perSecond } from '../../src/cli/figures.ts';
import { machineView } from '../../src/cli/machine-view.ts';
import { Screen } from '../../src/cli/screen.ts';
import type { ServerFacts, Tick, WorkerRow } from '../../src/dashboard/wire.ts';
import { Child } from '../support/child.ts';
import { CLI, runComet, startComet } from '../support/comet.ts';
import { CometProcess } from '../support/comet-process.ts';
import { freePort } from '../support/free-port.ts';
import { get } from '../support/http-client.ts';
import { childPids } from '../support/proc.ts';
import { until } from '../support/until.ts';

const ESCAPE = '\u001b';
const OPENED = `${ESCAPE}[?1049h${ESCAPE}[?25l`;
const CLOSED = `${ESCAPE}[?25h${ESCAPE}[?1049l`;

describe('comet top', () => {
  let comet: CometProcess;
  let url: string;
  const children: Child[] = [];

  beforeAll(async () => {
    comet = await CometProcess.start();
    url = `http://127.0.0.1:${comet.adminPort}`;
  });

  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.stop('SIGKILL')));
  });

  afterAll(async () => {
    await comet.stop();
  });

  function keep(child: Child): Child {
    children.push(child);
    return child;
  }

  it('shows the machine once, in lines without colours', async () => {
    const poll = new AbortController();
    const parked = get(comet.port(), '/get?key=top:a&after=0&timeout=60', { signal: poll.signal }).catch(() => null);
    await until(async () => /^comet_waiters 1$/m.test((await get(comet.adminPort, '/metrics')).body));
    await until(
      async () => {
        const { code, stdout, stderr } = await runComet(['top', '--once', '--url', url]);
        expect([code, stderr]).toEqual([0, '']);
        expect(stdout).toMatch(/^comet top {2}\S+ {2}embedded engine {2}up \d+s/);
        expect(stdout).not.toContain(ESCAPE);
        expect(stdout).toMatch(/\nWORKER +PORT +STATUS +WAITERS/);
        return /\nready\n/.test(stdout) && /\nwaiters +1 /.test(stdout) && stdout.includes('serving');
      },
      { timeout: 20_000 },
    );
    poll.abort();
    await parked;
  });

  it('prints a line of JSON each second, into a pipe, until Ctrl-C', async () => {
    const child = keep(await startComet(['top', '--json', '--url', url]));
    const lines = () => child.stdout.split('\n').slice(0, -1);
    await until(() => lines().length >= 3, { timeout: 20_000 });
    const ticks = lines().map((line) => JSON.parse(line) as Tick);
    expect(ticks[0]).toMatchObject({ workers: [{ worker: 1 }, { worker: 2 }], redis: { up: null } });
    expect(new Set(ticks.map(({ point }) => point.at)).size).toBe(ticks.length);
    child.signal('SIGINT');
    expect([(await child.exited).code, child.stderr]).toEqual([0, '']);
  });

  it('draws over one screen in a terminal, and gives it back', async () => {
    const command = `exec "${process.execPath}" "${CLI}" top --url ${url}`;
    const env = { ...process.env, NO_COLOR: '1', TERM: 'xterm' };
    const child = keep(await Child.start('script', ['-qefc', command, '/dev/null'], { env }));
    const drawn = () => child.stdout.split(`${ESCAPE}[H`).slice(1);
    // To its end: a terminal passes on what has come of one.
    await until(() => drawn()[3]?.includes(`${ESCAPE}[J`), { timeout: 20_000 });
    expect(child.stdout.startsWith(OPENED)).toBe(true);
    for (const frame of drawn().slice(2, 4)) {
      const lines = frame.split(`${ESCAPE}[J`)[0]?.split(/\r+\n/) ?? [];
      expect(lines.length).toBeLessThanOrEqual(24);
      for (const line of lines) {
        expect(line.endsWith(`${ESCAPE}[K`)).toBe(true);
        expect(line.length).toBeLessThanOrEqual(80 + 3);
      }
      // Nothing is cleared before it is written over.
      expect(frame).not.toContain(`${ESCAPE}[2J`);
      for (const colour of [0, 1, 31]) expect(frame).not.toContain(`${ESCAPE}[${colour}m`);
    }
    const [pid] = await childPids(child.pid);
    process.kill(pid as number, 'SIGINT');
    expect((await child.exited).code).toBe(0);
    expect(child.stdout.endsWith(CLOSED)).toBe(true);
  });

  it('says when nobody answers, or somebody else', async () => {
    const port = await freePort();
    const away = await runComet(['top', '--once', '--url', `http://127.0.0.1:${port}`]);
    expect([away.code, away.stdout]).toEqual([1, '']);
    expect(away.stderr).toContain('is it running?');
    const other = await runComet(['top', '--once', '--url', `http://127.0.0.1:${comet.port()}`]);
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('this is a worker; ask the admin server')]);
  });

  it('refuses --port, which is not that of the admin server', async () => {
    const { code, stderr } = await runComet(['top', '--once', '--port', '9000']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('--port: comet top asks the admin server: use --admin-port'),
    ]);
    const ports = ['--port', String(comet.port()), '--admin-port', String(comet.adminPort)];
    expect((await runComet(['top', '--once', '--json', ...ports])).code).toBe(0);
  });

  it('finds the admin server of its configuration', async () => {
    const env = { COMET_ADMIN_PORT: String(comet.adminPort), COMET_PORT: String(comet.port()), COMET_WORKERS: '2' };
    expect((await runComet(['top', '--once', '--json'], { env })).code).toBe(0);
  });
});

const SERVER: ServerFacts = {
  run: 'r',
  machine: 'box',
  engine: 'redis',
  startedAt: 0,
  host: '',
  ports: [8885],
  historySeconds: 600,
};

const ROW: WorkerRow = {
  worker: 1,
  port: 8885,
  pid: 7,
  status: 'serving',
  reason: '',
  waiters: 12_345,
  connections: 12_400,
  streams: 3,
  webSockets: 4,
  keysWatched: 17,
  sets: 0.4,
  deliveries: 5_432,
  lag: 3,
  cpu: 0.27,
  memory: 150 * 1024 * 1024,
  age: 93_784,
};

const TICK: Tick = {
  point: {
    at: 3_600_000,
    waiters: 12_345,
    connections: 12_400,
    streams: 3,
    webSockets: 8,
    sets: 0.4,
    deliveries: 5_432,
    refusals: 2,
    wakeP50: 0.42,
    wakeP99: 12.7,
    lag: 3,
    redisP50: 0.3,
    redisP99: null,
  },
  ready: false,
  reason: 'Redis is away',
  restarts: 2,
  workers: [ROW, { ...ROW, worker: 2, port: 8886, status: 'silent', waiters: 0 }],
  refusals: [{ reason: 'waiters', count: 1_234, rate: 2 }],
  redis: { up: false, reconnects: 3, probeFailures: 4, resyncs: 5 },
};

describe('the view of a machine', () => {
  it('has every figure, and nothing that is longer than the terminal is wide', () => {
    const wide = machineView(SERVER, TICK, 200, false);
    const text = wide.join('\n');
    for (const part of [
      'box  redis engine  up 1h 0m',
      'not ready: Redis is away',
      'waiters   12,345   connections 12,400   streams 3   websockets 8   keys 34',
      '0.4/s sets   5,432/s deliveries   2.0/s refused',
      'p50 0.4 ms   p99 13 ms   loop lag 3.0 ms   restarts 2',
      'DOWN   p50 0.3 ms   p99 -   reconnects 3   probes lost 4   resyncs 5',
      'waiters 1,234 (2.0/s)',
    ]) {
      expect(text).toContain(part);
    }
    expect(wide.at(-2)).toMatch(
      /^ +1 +8885 +serving +12,345 +12,400 +17 +0\.4\/s +5,432\/s +3\.0 ms +27 % +150 MiB +1d 2h$/,
    );
    for (const line of machineView(SERVER, TICK, 30, false)) expect(line.length).toBeLessThanOrEqual(30);
  });

  it('has colours for what is wrong, outside of what counts as width', () => {
    const lines = machineView(SERVER, TICK, 20, true);
    expect(lines[1]).toBe(`${ESCAPE}[31mnot ready: Redis is ${ESCAPE}[0m`);
    expect(lines.at(-2)).not.toContain(ESCAPE);
    expect(lines.at(-1)).toContain(`${ESCAPE}[31m`);
  });

  it('is drawn again when the terminal has another size, and cut to what has room', () => {
    const written: string[] = [];
    const listeners = new Set<() => void>();
    const terminal = {
      columns: 10,
      rows: 2,
      write: (text: string) => written.push(text),
      on: (_: string, listener: () => void) => listeners.add(listener),
      off: (_: string, listener: () => void) => listeners.delete(listener),
    };
    const screen = new Screen(terminal, (width) => ['a'.repeat(width), 'b', 'c']);
    screen.redraw();
    expect(written.at(-1)).toBe(`${ESCAPE}[Haaaaaaaaaa${ESCAPE}[K\r\nb${ESCAPE}[K${ESCAPE}[J`);
    Object.assign(terminal, { columns: 4, rows: 9 });
    for (const listener of listeners) listener();
    expect(written.at(-1)).toBe(`${ESCAPE}[Haaaa${ESCAPE}[K\r\nb${ESCAPE}[K\r\nc${ESCAPE}[K${ESCAPE}[J`);
    screen.close();
    expect([written.at(-1), listeners.size]).toEqual([CLOSED, 0]);
  });
});

describe('figures', () => {
  it('are short', () => {
    expect([0, 0.04, 9.96, 12_345.6].map(perSecond)).toEqual(['0/s', '0.0/s', '10.0/s', '12,346/s']);
    expect([null, 0, 0.25, 99.4, 12_000].map(milliseconds)).toEqual(['-', '0.0 ms', '0.3 ms', '99 ms', '12 s']);
    expect([0, 1023, 1024, 5 * 1024 ** 3].map(bytes)).toEqual(['0 B', '1,023 B', '1 KiB', '5 GiB']);
    expect([0, 59, 60, 3_661, 90_000].map(duration)).toEqual(['0s', '59s', '1m 0s', '1h 1m', '1d 1h']);
  });
});
