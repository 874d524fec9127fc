import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Site } from '../client/site.ts';
import { runComet } from '../support/comet.ts';
import { until } from '../support/until.ts';
import { useProfile } from './profile.ts';

const SECRET = 'token-secret-of-the-web-socket-test-in-a-browser';
const COOKIE = 'comet';
/** Seconds: a client of which nothing is heard for two of them is given up, and a browser may stand still for a while. */
const HEARTBEAT = 15;

/** As the documentation has pages do it: another one is opened whenever one ends, by the cursors that are kept. */
const SCRIPT = `
  const log = { frames: [], codes: [], opened: 0 };
  const cursors = { ws: '0' };
  function open() {
    const socket = new WebSocket('ws://' + location.host + '/ws', 'comet');
    socket.onopen = () => {
      log.opened++;
      socket.send(JSON.stringify({ type: 'subscribe', keys: cursors, request: 'subscribe' }));
    };
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      log.frames.push(frame);
      if (frame.type === 'entry' || frame.type === 'position') cursors[frame.key] = frame.cursor;
    };
    socket.onclose = ({ code }) => {
      log.codes.push(code);
      setTimeout(open, 50);
    };
    globalThis.socket = socket;
  }
  globalThis.log = log;
  open();
`;

interface Frame {
  readonly type: string;
  readonly value?: string;
  readonly request?: string;
  readonly error_code?: number;
  readonly error?: string;
}

interface Log {
  readonly frames: readonly Frame[];
  /** With which the connections ended. */
  readonly codes: readonly number[];
  readonly opened: number;
}

const profile = useProfile(() =>
  Site.start({ 'token-secret': SECRET, 'token-cookie': COOKIE, 'events-heartbeat': HEARTBEAT }),
);

let page: Page;

async function open(): Promise<void> {
  page = await profile.context.newPage();
  await page.goto(profile.site.page);
  await page.evaluate(SCRIPT);
  await until(async () => (await log()).frames.length > 0, { message: 'the first frame' });
}

function log(): Promise<Log> {
  return page.evaluate<Log>('log');
}

/** The values of all entries, once this one is among them. */
async function got(value: string): Promise<(string | undefined)[]> {
  return await until(
    async () => {
      const { frames } = await log();
      const values = frames.filter(({ type }) => type === 'entry').map((frame) => frame.value);
      return values.includes(value) ? values : null;
    },
    { timeout: 20_000, interval: 20, message: `the page to get ${value}` },
  );
}

/** Has the page publish, and gives the answer. */
async function publish(key: string, value: string): Promise<Frame | undefined> {
  const frame = JSON.stringify({ type: 'publish', key, value, request: value });
  await page.evaluate(`socket.send(${JSON.stringify(frame)})`);
  return await until(async () => (await log()).frames.find(({ request }) => request === value));
}

describe('the WebSocket of a page, through nginx', () => {
  it('publishes with the token that its cookie has, and gets what was published', async () => {
    const rights = ['--set', 'ws', '--expires-in', '60'];
    const { stdout } = await runComet(['token', ...rights], { env: { COMET_TOKEN_SECRET: SECRET } });
    await profile.context.addCookies([
      { name: COOKIE, value: stdout.trim(), url: profile.site.url, httpOnly: true, sameSite: 'Strict' },
    ]);
    await open();
    expect((await log()).frames[0]).toEqual({ type: 'answer', request: 'subscribe', error_code: 0 });
    expect(await publish('ws', 'from a page')).toMatchObject({ type: 'answer', error_code: 0 });
    expect(await got('from a page')).toEqual(['from a page']);
    expect(await publish('other', 'not its own')).toMatchObject({ status: 403, error: 'KEY_FORBIDDEN' });
  });

  it('may not publish without one, and goes on reading', async () => {
    await open();
    expect(await publish('ws', 'without')).toMatchObject({ status: 401, error: 'UNAUTHORIZED' });
    await profile.site.client().set('ws', 'by a server');
    expect(await got('by a server')).toContain('by a server');
  });

  it('comes back after the server was killed, and misses nothing', async () => {
    await open();
    const publisher = profile.site.client();
    await publisher.set('ws', 'before');
    const seen = await got('before');
    await profile.site.restart();
    await publisher.set('ws', 'after');
    expect(await got('after')).toEqual([...seen, 'after']);
    const { codes, opened, frames } = await log();
    expect(codes).toContain(1006);
    expect(opened).toBeGreaterThan(1);
    expect(frames.filter(({ type }) => type === 'missed' || type === 'refused')).toEqual([]);
  }, 90_000);
});
