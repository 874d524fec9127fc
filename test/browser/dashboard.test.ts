import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { startBrowser } from '../support/browser.ts';
import { CometProcess } from '../support/comet-process.ts';
import { EventClient } from '../support/event-client.ts';
import { park, set } from '../support/parked-fleet.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { until } from '../support/until.ts';
import { WebSocketClient } from '../support/web-socket-client.ts';
import { DashboardPage } from './dashboard-page.ts';

/** No text for a page, if it is put into one as markup. */
const HOSTILE = `<script>document.title="owned"</script><img src=x onerror="document.title='owned'">`;

let comet: CometProcess;
let browser: Browser;

beforeAll(async () => {
  [comet, browser] = await Promise.all([CometProcess.start({ flags: { 'drain-seconds': 0 } }), startBrowser()]);
});

afterAll(async () => {
  await browser.close();
  await comet.stop();
});

async function open(options = {}): Promise<DashboardPage> {
  const dashboard = await DashboardPage.open(browser, `http://127.0.0.1:${comet.adminPort}/`, options);
  await dashboard.shows('#status', /^● Ready$/);
  return dashboard;
}

describe('the dashboard', () => {
  it('shows who waits, live, and takes keys for text', async () => {
    const dashboard = await open();
    await dashboard.shows('#workers tbody', /1 :\d+ ● serving 0 .*2 :\d+ ● serving 0 /);
    const polls = [0, 1, 0].map((index) => park(comet.port(index), encodeURIComponent(HOSTILE), '0', 60));
    await dashboard.shows('#plots figure:first-child .value', /^3$/);
    await dashboard.shows('#keys tbody tr:first-child', /^<script>.* 3 0 0$/);
    await set(comet.port(1), HOSTILE, 'value');
    await Promise.all(polls.map(({ answer }) => answer));
    await dashboard.shows('#plots figure:first-child .value', /^0$/);
    await dashboard.page.getByRole('button', { name: 'Deliv./s' }).click();
    await dashboard.shows('#keys thead th[aria-sort=descending]', /Deliv/);
    expect(await dashboard.page.title()).toBe('comet: dashboard');
    expect(await dashboard.page.locator('#keys img, #keys script').count()).toBe(0);
    expect(dashboard.problems).toEqual([]);
    await dashboard.close();
  });

  it('tells event streams and WebSockets from other connections', async () => {
    const dashboard = await open();
    const stream = await EventClient.open(comet.port(), '/events?key=a');
    const sockets = await Promise.all([WebSocketClient.open(comet.port(0)), WebSocketClient.open(comet.port(1))]);
    await dashboard.shows('#totals', /^\d+ connections \(1 stream, 2 WebSockets\)$/);
    stream.close();
    for (const socket of sockets) socket.close();
    await dashboard.close();
  });

  it('shows a worker that dies as an event, and its row as it recovers', async () => {
    const dashboard = await open();
    const [victim = 0] = await comet.workerPids();
    await dashboard.shows('#workers tbody', new RegExp(`\\b${victim}\\b`));
    process.kill(victim, 'SIGKILL');
    await dashboard.shows('#journal', new RegExp(`died process ${victim} ended with SIGKILL`));
    await until(
      async () => {
        const rows = await dashboard.text('#workers tbody');
        return !rows.includes(String(victim)) && rows.match(/● serving/g)?.length === 2;
      },
      { timeout: 20_000 },
    );
    await dashboard.shows('#uptime', /1 worker replaced/);
    expect(dashboard.problems).toEqual([]);
    await dashboard.close();
  });

  it.each(['light', 'dark'] as const)('has a %s theme, in which everything can be read', async (colorScheme) => {
    const dashboard = await open({ colorScheme });
    const isDark = colorScheme === 'dark';
    await dashboard.shows('#journal', /serves/);
    expect(await dashboard.page.locator('#plots canvas').count()).toBe(4);
    expect(await dashboard.isDark()).toBe(isDark);
    expect(await dashboard.complaints()).toEqual([]);
    await dashboard.page.getByLabel('Theme').selectOption(isDark ? 'light' : 'dark');
    expect(await dashboard.isDark()).toBe(!isDark);
    expect(await dashboard.complaints()).toEqual([]);
    await dashboard.page.reload();
    expect(await dashboard.isDark()).toBe(!isDark);
    await dashboard.close();
  });

  it('is worked with the keyboard alone', async () => {
    const dashboard = await open();
    expect(await dashboard.unreachable()).toEqual([]);
    await dashboard.page.getByRole('button', { name: 'Sets/s' }).focus();
    await dashboard.page.keyboard.press('Enter');
    await dashboard.shows('#keys thead th[aria-sort=descending]', /Sets/);
    await dashboard.close();
  });

  it('fits a phone, with a key that has no end', async () => {
    const endless = park(comet.port(0), 'k'.repeat(400), '0', 60);
    const dashboard = await open({ viewport: { width: 360, height: 780 } });
    await dashboard.shows('#keys tbody', /kkkk/);
    await dashboard.shows('#workers tbody', /serving/);
    expect(await dashboard.overhang()).toBe(0);
    await set(comet.port(0), 'k'.repeat(400), 'value');
    await endless.answer;
    await dashboard.close();
  });
});

describe('a dashboard whose connection', () => {
  let proxy: TcpProxy;
  let dashboard: DashboardPage;

  beforeAll(async () => {
    proxy = await TcpProxy.start(comet.adminPort);
    dashboard = await DashboardPage.open(browser, `http://127.0.0.1:${proxy.port}/`);
    await dashboard.shows('#status', /^● Ready$/);
  });

  afterAll(() => proxy.stop());

  it('breaks says so and from when it is, and goes on where it was', async () => {
    const journal = await dashboard.text('#journal');
    await proxy.cut();
    await dashboard.shows(
      '#status',
      /^▲ No connection to the server; trying again\. What you see is from \d\d:\d\d:\d\d\.$/,
    );
    await proxy.restore();
    await dashboard.shows('#status', /^● Ready$/);
    expect(await dashboard.text('#journal')).toBe(journal);
  });

  it('is silent notices it all the same', async () => {
    proxy.silence('toClient');
    await dashboard.shows('#status', /^▲ No connection/);
    proxy.resume();
    await dashboard.shows('#status', /^● Ready$/);
  });
});
