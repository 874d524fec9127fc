import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KEY, Site } from '../client/site.ts';
import { until } from '../support/until.ts';

/** More than the connections that a browser opens to one server, of each kind. */
const MANY = 20;

let site: Site;
/** All that is asked here goes over one connection. */
let session: ClientHttp2Session;

beforeAll(async () => {
  site = await Site.start({}, undefined, true);
  session = connect(site.url, { rejectUnauthorized: false });
});

afterAll(async () => {
  session?.close();
  await site?.stop();
});

/** Sends a request on the session of all. */
function ask(path: string, headers: Readonly<Record<string, string>> = {}, body = ''): ClientHttp2Stream {
  const stream = session.request({ ':path': path, ':method': body === '' ? 'GET' : 'POST', ...headers });
  if (body !== '') stream.end(body);
  return stream;
}

/** Gives the cursor of the entry. */
async function set(key: string, value: string): Promise<string> {
  const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
  const answer = JSON.parse(await text(ask('/set', headers, JSON.stringify({ key, value })))) as { cursor: string };
  return answer.cursor;
}

/** An event stream, and what has come of it. */
function follow(path: string): { readonly stream: ClientHttp2Stream; readonly text: () => string } {
  const stream = ask(path);
  let told = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    told += chunk;
  });
  return { stream, text: () => told };
}

describe('one HTTP/2 connection', () => {
  it('carries many polls and event streams at once, and the set that wakes them', async () => {
    const polls = Array.from({ length: MANY }, () => text(ask('/get?key=h2&after=0&timeout=30')));
    const streams = Array.from({ length: MANY }, () => follow('/events?key=h2&after=0'));
    await until(async () => (await site.figure('comet_waiters')) === 2 * MANY);
    await until(async () => (await site.figure('comet_streams')) === MANY);
    const cursor = await set('h2', 'to all');
    const answer = { error_code: 0, key: 'h2', value: 'to all', cursor, recovered: true };
    for (const body of await Promise.all(polls)) expect(JSON.parse(body)).toEqual(answer);
    for (const told of streams) await until(() => told.text().includes('"value":"to all"'));
    const later = await set('h2', 'to those who stay');
    for (const told of streams) await until(() => told.text().includes(later));
    for (const { stream } of streams) stream.close();
    await until(async () => (await site.figure('comet_waiters')) === 0);
    expect(session.destroyed).toBe(false);
  });

  it('passes on what keeps a silent stream alive', async () => {
    const { stream, text } = follow('/events?key=h2:silent');
    await until(() => (text().match(/^:/gm) ?? []).length >= 2);
    stream.close();
  });
});
