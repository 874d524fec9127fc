import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { startBrowser } from '../support/browser.ts';
import { CometProcess, type CometProcessOptions } from '../support/comet-process.ts';
import { DashboardPage } from './dashboard-page.ts';

const PUBLISH_KEY = 'a-publish-key-of-the-tests';
const HOSTILE = '<img src=x onerror="document.title=1">';
/** How long something took, in seconds on a machine that is slow, and when it came. */
const TIME = '[\\d.]+ m?s';
const CLOCK = '\\d\\d:\\d\\d:\\d\\d';

let browser: Browser;
const servers: CometProcess[] = [];

beforeAll(async () => {
  browser = await startBrowser();
});

afterAll(async () => {
  await browser.close();
  await Promise.all(servers.map((comet) => comet.stop()));
});

async function open(options: CometProcessOptions = {}, host = '127.0.0.1'): Promise<DashboardPage> {
  const comet = await CometProcess.start({ ...options, flags: { 'drain-seconds': 0, ...options.flags } });
  servers.push(comet);
  return await DashboardPage.open(browser, `http://${host}:${comet.adminPort}/try`);
}

describe('the try-it page', () => {
  it('shows what a set wakes on every worker, and the time that it took', async () => {
    const trial = await open();
    await trial.shows('#key-panes', /worker 1 :\d+ ◌ waiting worker 2 :\d+ ◌ waiting/);
    for (const value of ['one', HOSTILE]) {
      await trial.page.getByRole('textbox', { name: 'Value' }).fill(value);
      await trial.page.getByRole('button', { name: 'Set' }).click();
      await trial.shows('#set-result', /^Written; its cursor is \d+-/);
    }
    for (const pane of [1, 2]) {
      const arrivals = `#key-panes > :nth-child(${pane}) .arrivals`;
      await trial.shows(arrivals, new RegExp(`^<img src=x .*> after ${TIME} ${CLOCK} one after ${TIME} ${CLOCK}$`));
    }
    expect(await trial.page.locator('.arrivals img').count()).toBe(0);
    expect(await trial.page.title()).toBe('comet: try it');

    await trial.page.getByRole('button', { name: 'Push' }).click();
    await trial.shows('#push-result', /^In the mailbox/);
    await trial.shows('#mailbox-panes', new RegExp(`lunch\\? after ${TIME}`));
    expect((await trial.text('#mailbox-panes')).match(/lunch\?/g)).toHaveLength(1);

    const heights = '[...document.querySelectorAll("#set-form :is(input, select, button)")].map((n) => n.offsetHeight)';
    expect(new Set(await trial.page.evaluate<number[]>(heights)).size).toBe(1);
    expect(await trial.complaints()).toEqual([]);
    expect(await trial.unreachable()).toEqual([]);
    await trial.page.setViewportSize({ width: 360, height: 780 });
    expect(await trial.overhang()).toBe(0);
    const rows = '["nav", "#theme"].map((at) => document.querySelector(at).getBoundingClientRect().bottom)';
    const [pages = 0, theme = 0] = await trial.page.evaluate<number[]>(rows);
    expect(Math.abs(pages - theme)).toBeLessThan(10);
    expect(trial.problems).toEqual([]);
    await trial.close();
  });

  it('shows a message once that both polls were given', async () => {
    const trial = await open();
    const [one, two] = (servers.at(-1) as CometProcess).ports;
    const isPoll = (url: string, port = two) =>
      url.startsWith(`http://127.0.0.1:${port}/?`) && url.includes('uid=twice');
    const answered = trial.page.waitForResponse((response) => isPoll(response.url(), one), { timeout: 20_000 });
    const acknowledged = trial.page.waitForRequest(
      (request) => isPoll(request.url()) && !request.url().endsWith('ack='),
    );
    // The second poll is given what the first was, as happens when it comes before the acknowledgement.
    await trial.page.route(
      ({ href }) => isPoll(href) && href.endsWith('ack='),
      async (route) => {
        const first = await answered;
        await route.fulfill({ headers: first.headers(), body: await first.body() });
      },
    );
    // Not before the page listens to its fields.
    await trial.shows('#mailbox-panes', /◌ waiting .* ◌ waiting/);
    await trial.page.getByRole('textbox', { name: 'User' }).fill('twice');
    await trial.page.getByRole('button', { name: 'Push' }).click();
    await acknowledged;
    await trial.shows('#mailbox-panes', /lunch\?/);
    expect((await trial.text('#mailbox-panes')).match(/lunch\?/g)).toHaveLength(1);
    await trial.close();
  });

  it('asks for the publish key of a server that has one, and keeps it nowhere', async () => {
    const trial = await open({ env: { COMET_PUBLISH_KEY: PUBLISH_KEY } }, 'localhost');
    await trial.shows('#key-panes', /◌ waiting .* ◌ waiting/);
    await trial.page.getByRole('button', { name: 'Set' }).click();
    await trial.shows('#set-result', /^▲ UNAUTHORIZED/);
    await trial.page.getByLabel('Publish key or token').fill(PUBLISH_KEY);
    await trial.page.getByRole('button', { name: 'Set' }).click();
    await trial.shows('#set-result', /^Written/);
    await trial.shows('#key-panes', new RegExp(`world after ${TIME} .* world after ${TIME}`));
    expect(await trial.page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie])')).not.toContain(
      PUBLISH_KEY,
    );
    await trial.page.reload();
    expect(await trial.page.getByLabel('Publish key or token').inputValue()).toBe('');
    await trial.close();
  });
});
