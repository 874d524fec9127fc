import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { post } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { WebSocketClient, type WebSocketClientOptions } from '../support/web-socket-client.ts';
import { render, Wire } from './wire.ts';
import { AUTHORIZED, World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await World.start({ historySize: 4, maxKeysPerListener: 5, corsOrigin: ['https://app.example'] });
});

afterAll(async () => {
  await world.stop();
});

const opened: WebSocketClient[] = [];

afterEach(async () => {
  for (const client of opened.splice(0)) client.close();
  await until(() => world.meters.waiters === 0 && world.meters.webSockets === 0);
});

/** A client that is closed after the test, whatever comes of it. */
async function open(options?: WebSocketClientOptions): Promise<WebSocketClient> {
  const client = await WebSocketClient.open(world.port, options);
  opened.push(client);
  return client;
}

async function set(key: string, value: string): Promise<string> {
  const answer = await post(world.port, '/set', { form: { key, value }, headers: AUTHORIZED });
  return answer.json<{ cursor: string }>().cursor;
}

describe('a WebSocket', () => {
  it('gives every entry of its keys, each once and in order, beginning with what is retained', async () => {
    const cursors = [await set('ws:a', 'one'), await set('ws:a', 'two')];
    const client = await open();
    expect(await client.subscribe({ 'ws:a': '', 'ws:b': '' })).toEqual({ type: 'answer', request: 1, error_code: 0 });
    cursors.push(await set('ws:a', 'three'));
    const other = await set('ws:b', 'first');
    await client.received('entry', 4);
    expect(client.of('entry', 'ws:a')).toEqual(
      ['one', 'two', 'three'].map((value, index) => ({ type: 'entry', key: 'ws:a', value, cursor: cursors[index] })),
    );
    expect(client.of('entry', 'ws:b')).toEqual([{ type: 'entry', key: 'ws:b', value: 'first', cursor: other }]);
    expect(client.of('position')).toEqual([{ type: 'position', key: 'ws:b', cursor: '0' }]);
    expect([world.meters.webSockets, world.meters.waiters]).toEqual([1, 2]);
    expect(world.meters.requests.get('ws')?.get(101)).toBe(1);
    client.close();
    await until(() => world.meters.webSocketEnds.values.gone === 1);
  });

  it('answers before it tells of a key that has something', async () => {
    await set('ws:order', 'there');
    const first = await open();
    await first.subscribe({ 'ws:order': '0' });
    await first.received('entry', 1);
    const client = await open();
    await client.subscribe({ 'ws:order': '0' });
    await client.received('entry', 1);
    expect(client.frames.map(({ type }) => type)).toEqual(['answer', 'entry']);
  });

  it('goes on by the cursors of its client, and says so when entries may have been missed', async () => {
    const first = await set('ws:miss', '0');
    const client = await open();
    for (let value = 1; value <= 2; value++) await set('ws:miss', String(value));
    await client.subscribe({ 'ws:miss': first });
    await client.received('entry', 2);
    expect([client.values('ws:miss'), client.of('missed')]).toEqual([['1', '2'], []]);
    await client.ask({ type: 'unsubscribe', keys: ['ws:miss'] });
    for (let value = 3; value <= 8; value++) await set('ws:miss', String(value));
    await client.subscribe({ 'ws:miss': first });
    await client.received('entry', 6);
    const index = client.frames.findIndex(({ type }) => type === 'missed');
    expect(client.frames[index]).toEqual({ type: 'missed', key: 'ws:miss', cursor: first });
    expect(client.frames.slice(index + 1)).toMatchObject([
      { value: '5', recovered: false },
      { value: '6' },
      { value: '7' },
      { value: '8' },
    ]);
    expect(client.frames.at(-1)?.recovered).toBeUndefined();
  });

  it('loses nothing of a burst that is longer than the history', async () => {
    const client = await open();
    await client.subscribe({ 'ws:burst': '0' });
    await set('ws:burst', 'first');
    await client.received('entry', 1);
    const sets = Array.from({ length: 40 }, (_, index) =>
      world.engine.append('ws:burst', `b${index}`, { ttl: 0, id: '' }),
    );
    await Promise.all(sets);
    await client.received('entry', 41);
    expect(client.values('ws:burst')).toEqual(['first', ...sets.map((_, index) => `b${index}`)]);
  });

  it('gives values of every length', async () => {
    const client = await open();
    await client.subscribe({ 'ws:length': '0' });
    const lengths = [
      0,
      1,
      ...Array.from({ length: 12 }, (_, index) => 45 + index),
      65_440,
      65_450,
      65_460,
      65_470,
      65_536,
    ];
    // As bytes of UTF-8 a third of it, with a frame's head of each kind.
    const values = lengths.flatMap((length) => ['x'.repeat(length), '€'.repeat(Math.floor(length / 3))]);
    for (const value of values) await world.engine.append('ws:length', value, { ttl: 0, id: '' });
    await client.received('entry', values.length);
    expect(client.values('ws:length')).toEqual(values);
  });

  it('hears no more of a key that it has let go', async () => {
    const client = await open();
    await client.subscribe({ 'ws:gone': '0', 'ws:stays': '0' });
    await client.ask({ type: 'unsubscribe', keys: ['ws:gone', 'ws:never'] });
    expect(world.meters.waiters).toBe(1);
    await set('ws:gone', 'unheard');
    await set('ws:stays', 'heard');
    await client.received('entry', 1);
    expect(client.of('entry').map(({ key }) => key)).toEqual(['ws:stays']);
  });

  it('publishes with the key that it came with', async () => {
    const client = await open({ headers: AUTHORIZED });
    await client.subscribe({ 'ws:pub': '0' });
    const answer = await client.ask({ type: 'publish', key: 'ws:pub', value: 'x', ttl: '60', id: 'i1' });
    expect(answer).toEqual({ type: 'answer', request: 2, error_code: 0, cursor: expect.stringMatching(/^1-/) });
    expect(await client.ask({ type: 'publish', key: 'ws:pub', value: 'x', id: 'i1' })).toMatchObject({
      cursor: answer.cursor,
    });
    expect(await client.ask({ type: 'publish', key: 'ws:pub', value: 'y', id: 'i1' })).toMatchObject({
      error: 'ID_CONFLICT',
      status: 409,
    });
    expect(await client.received('entry', 1)).toMatchObject([{ value: 'x', cursor: answer.cursor }]);
  });

  it('keeps the order of what is published on it, however much that is', async () => {
    const client = await open({ headers: AUTHORIZED });
    await client.subscribe({ 'ws:many': '0' });
    // Once that has come the key is followed for certain, and a burst may be longer than its history.
    await client.ask({ type: 'publish', key: 'ws:many', value: '0' });
    await client.received('entry', 1);
    for (let value = 1; value < 500; value++) client.send({ type: 'publish', key: 'ws:many', value: String(value) });
    await client.received('entry', 500);
    expect(client.values('ws:many')).toEqual(Array.from({ length: 500 }, (_, index) => String(index)));
    expect(client.of('answer').filter(({ error_code }) => error_code !== 0)).toEqual([]);
  });

  it('answers a ping of its client, and takes the subprotocol that there is', async () => {
    const client = await open({ protocols: ['other', 'comet'] });
    expect(client.ws.protocol).toBe('comet');
    client.send({ type: 'ping', request: 'p-1' });
    expect(await client.received('answer', 1)).toEqual([{ type: 'answer', request: 'p-1', error_code: 0 }]);
  });
});

describe('a frame that is wrong', () => {
  it.each([
    ['no JSON', '{', 'BODY_INVALID', undefined],
    ['no object', '[]', 'BODY_INVALID', undefined],
    ['no type', '{}', 'PARAMETER_INVALID', 'type'],
    ['an unknown type', '{"type":"delete"}', 'PARAMETER_INVALID', 'type'],
    ['a request that is none', '{"type":"ping","request":{}}', 'PARAMETER_INVALID', 'request'],
    ['a long request', `{"type":"ping","request":"${'x'.repeat(129)}"}`, 'PARAMETER_INVALID', 'request'],
    ['no keys', '{"type":"subscribe"}', 'PARAMETER_INVALID', 'keys'],
    ['empty keys', '{"type":"subscribe","keys":{}}', 'PARAMETER_INVALID', 'keys'],
    ['keys as a list', '{"type":"subscribe","keys":["a"]}', 'PARAMETER_INVALID', 'keys'],
    ['a cursor that is none', '{"type":"subscribe","keys":{"a":"x"}}', 'PARAMETER_INVALID', 'keys'],
    ['a cursor that is no text', '{"type":"subscribe","keys":{"a":0}}', 'PARAMETER_INVALID', 'keys'],
    ['an empty key', '{"type":"subscribe","keys":{"":"0"}}', 'PARAMETER_MISSING', 'key'],
    ['half a character', '{"type":"subscribe","keys":{"\\ud800":"0"}}', 'PARAMETER_INVALID', 'key'],
    ['a control character', '{"type":"subscribe","keys":{"\\u0000":"0"}}', 'PARAMETER_INVALID', 'key'],
    [
      'too many keys',
      '{"type":"subscribe","keys":{"a":"","b":"","c":"","d":"","e":"","f":""}}',
      'PARAMETER_INVALID',
      'keys',
    ],
    ['keys to let go that are none', '{"type":"unsubscribe","keys":[1]}', 'PARAMETER_INVALID', 'keys'],
    ['a value that is no text', '{"type":"publish","key":"a","value":1}', 'PARAMETER_INVALID', 'value'],
    ['no value', '{"type":"publish","key":"a"}', 'PARAMETER_MISSING', 'value'],
  ])('is answered and survived: %s', async (_, text, error, parameter) => {
    const client = await open({ headers: AUTHORIZED });
    client.send(text);
    const [answer] = await client.received('answer', 1);
    expect(answer).toMatchObject({ error, status: 400, message: expect.any(String) });
    expect(answer?.parameter).toBe(parameter);
    expect(await client.ask({ type: 'ping' })).toMatchObject({ error_code: 0 });
    expect(world.meters.waiters).toBe(1);
  });

  it('leaves what was subscribed before, and lets in nothing of its own', async () => {
    const client = await open();
    await client.subscribe({ 'ws:1': '0', 'ws:2': '0' });
    expect(await client.subscribe({ 'ws:3': '0', 'ws:1': '0' })).toMatchObject({ error: 'PARAMETER_INVALID' });
    expect(await client.subscribe({ 'ws:3': '0', 'ws:4': '0', 'ws:5': '0', 'ws:6': '0' })).toMatchObject({
      parameter: 'keys',
    });
    expect(world.meters.waiters).toBe(2);
    expect(await client.subscribe({ 'ws:3': '0', 'ws:4': '0', 'ws:5': '0' })).toMatchObject({ error_code: 0 });
  });

  it('publishes nothing without a key', async () => {
    const client = await open();
    expect(await client.ask({ type: 'publish', key: 'ws:no', value: 'x' })).toMatchObject({
      error: 'UNAUTHORIZED',
      status: 401,
    });
  });
});

describe('the handshake', () => {
  it('is for WebSockets alone', async () => {
    const plain = await Wire.ask(world.port, render('/ws'));
    expect([plain.status, plain.json.error, plain.headers.upgrade]).toEqual([426, 'UPGRADE_REQUIRED', 'websocket']);
    const version = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 12'];
    const odd = await Wire.ask(world.port, render('/ws', { headers: version }));
    expect([odd.status, odd.json.error, odd.headers.connection]).toEqual([400, 'REQUEST_MALFORMED', 'close']);
    const posted = await Wire.ask(world.port, render('/ws', { method: 'POST', headers: version, body: '{}' }));
    expect([posted.status, posted.headers.allow]).toEqual([405, 'GET, OPTIONS']);
  });

  it('does not keep other requests that offer an upgrade from their answer', async () => {
    const cursor = await set('ws:h2c', 'x');
    const upgrade = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'];
    const wire = await Wire.open(world.port);
    for (const headers of [upgrade, ['Connection: Upgrade', 'Upgrade: websocket']]) {
      wire.send(render('/get?key=ws:h2c', { headers }));
      expect((await wire.answer()).json).toMatchObject({ value: 'x', cursor });
    }
    wire.send(render('/ws', { headers: upgrade }));
    expect((await wire.answer()).status).toBe(426);
    const form = ['Content-Type: application/x-www-form-urlencoded', `Authorization: ${AUTHORIZED.authorization}`];
    wire.send(render('/set', { method: 'POST', headers: [...upgrade, ...form], body: 'key=ws:h2c&value=y' }));
    expect((await wire.answer()).json).toMatchObject({ error_code: 0 });
    wire.destroy();
  });

  it('is not answered before the request that it stands behind', async () => {
    const wire = await Wire.open(world.port);
    const handshake = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
    wire.send(`${render('/get?key=ws:ahead&after=0')}${render('/ws', { headers: [...handshake, key] })}`);
    await wire.end();
    expect(wire.rest).toBe('');
    wire.destroy();
  });

  it('takes frames that came with it', async () => {
    const socket = connect(world.port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    const frame = Buffer.from('{"type":"ping"}');
    const masked = Buffer.concat([Buffer.from([0x81, 0x80 | frame.length, 0, 0, 0, 0]), frame]);
    const headers = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
    socket.write(Buffer.concat([Buffer.from(render('/ws', { headers: [...headers, key] })), masked]));
    await until(() => text.includes('"error_code":0'));
    expect(text).toMatch(/^HTTP\/1\.1 101 [\s\S]*s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/);
    expect(text).not.toMatch(/permessage-deflate/i);
    socket.destroy();
  });

  it.each([
    ['a page of another site', { origin: 'https://evil.example' }, 403],
    ['a page without an origin', { origin: 'null' }, 403],
    ['a page of the same name on another port', { origin: 'http://127.0.0.1:1' }, 403],
    [
      'a page whose browser says that it is foreign',
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      403,
    ],
  ])('refuses %s', async (_, headers, status) => {
    const { json, ...answer } = await WebSocketClient.refusal(world.port, { headers });
    expect([answer.status, json.error]).toEqual([status, 'ORIGIN_NOT_ALLOWED']);
    expect(world.meters.refused.values.origin).toBeGreaterThan(0);
  });

  it('is open to pages of this host, of the origins that are named, and to programs', async () => {
    for (const headers of [{ origin: `http://127.0.0.1:${world.port}` }, { origin: 'https://app.example' }, {}]) {
      const client = await open({ headers });
      expect(await client.ask({ type: 'ping' })).toMatchObject({ error_code: 0 });
    }
  });

  it('passes the gate of try-out mode', async () => {
    const own = await World.start({ publishKey: [], signSecret: [] });
    const proxied = await WebSocketClient.refusal(own.port, { headers: { 'x-forwarded-for': '192.0.2.1' } });
    expect([proxied.status, proxied.json.error]).toEqual([403, 'PROXY_FORBIDDEN']);
    const foreign = await WebSocketClient.refusal(own.port, { headers: { origin: 'https://evil.example' } });
    expect([foreign.status, foreign.json.error]).toEqual([403, 'ORIGIN_FORBIDDEN']);
    const client = await WebSocketClient.open(own.port);
    expect(await client.ask({ type: 'publish', key: 'a', value: 'b' })).toMatchObject({ error_code: 0 });
    client.close();
    await own.stop();
  });
});
