import { isDeepStrictEqual } from 'node:util';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Site } from '../client/site.ts';
import { until } from '../support/until.ts';
import { useProfile } from './profile.ts';

/** Over HTTP/1.1 a browser opens six connections to a server, and the seventh stream waits for ever. */
const STREAMS = 12;

const OPEN = `
  globalThis.seen = Array.from({ length: ${STREAMS} }, () => []);
  globalThis.sources = seen.map((values) => {
    const source = new EventSource('/events?key=h2&after=0');
    source.addEventListener('entry', ({ data }) => values.push(JSON.parse(data).value));
    return source;
  });
`;

/** Seconds: a WebSocket of which nothing is heard for two of them is given up, and a browser may stand still for a while. */
const HEARTBEAT = 15;

const profile = useProfile(() => Site.start({ 'events-heartbeat': HEARTBEAT }, undefined, true), {
  ignoreHTTPSErrors: true,
});

let page: Page;

beforeEach(async () => {
  page = await profile.context.newPage();
  await page.goto(profile.site.page);
});

/** Sets a key without nginx. */
async function publish(key: string, value: string): Promise<void> {
  await profile.site.client({}, `http://127.0.0.1:${profile.site.comet.port()}`).set(key, value);
}

describe('a page over HTTP/2', () => {
  it('has more event streams at once than connections, and asks more besides', async () => {
    await page.evaluate(OPEN);
    await until(async () => (await profile.site.figure('comet_streams')) === STREAMS);
    await publish('h2', 'one');
    const seen = Array.from({ length: STREAMS }, () => ['one']);
    await until(async () => isDeepStrictEqual(await page.evaluate('seen'), seen), { interval: 20 });
    expect(await page.evaluate('fetch("/get?key=h2").then((answer) => answer.json())')).toMatchObject({ value: 'one' });
    expect(await page.evaluate('performance.getEntriesByType("navigation")[0].nextHopProtocol')).toBe('h2');
  });

  it('opens a WebSocket, for which the browser makes a connection of HTTP/1.1', async () => {
    const value = page.evaluate(`new Promise((resolve, reject) => {
      const socket = new WebSocket(location.origin.replace('https', 'wss') + '/ws');
      socket.onopen = () => socket.send(JSON.stringify({ type: 'subscribe', keys: { wss: '' } }));
      socket.onerror = reject;
      socket.onmessage = ({ data }) => JSON.parse(data).type === 'entry' && resolve(JSON.parse(data).value);
    })`);
    await publish('wss', 'secure');
    expect(await value).toBe('secure');
  });
});
