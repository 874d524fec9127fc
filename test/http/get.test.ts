import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EntryRendering } from '../../src/http/answer/entry-rendering.ts';
import { Entry } from '../../src/hub/entry.ts';
import { get, post } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { render, Wire } from './wire.ts';
import { AUTHORIZED, World } from './world.ts';

describe('/get', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(() => world.stop());

  it('gives what there is at once, and its cursor', async () => {
    const cursor = await set('get:now', 'ünï "1"\u2028');
    const answer = await get(world.port, '/get?key=get:now');
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({ error_code: 0, key: 'get:now', value: 'ünï "1"\u2028', cursor });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(answer.body)),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  it.each([
    ['GET', () => get(world.port, '/get?key=get:wake-get&after=0')],
    ['a form', () => post(world.port, '/get', { form: { key: 'get:wake-form', after: '0' } })],
    ['JSON', () => post(world.port, '/get', { json: { key: 'get:wake-json', after: '0' } })],
  ])('wakes a poll that came by %s', async (_, poll) => {
    const waiting = poll();
    await until(() => world.meters.waiters === 1);
    const key = { GET: 'get:wake-get', 'a form': 'get:wake-form', JSON: 'get:wake-json' }[_] as string;
    const cursor = await set(key, 'news');
    expect((await waiting).json()).toEqual({ error_code: 0, key, value: 'news', cursor, recovered: true });
    expect(world.meters.waiters).toBe(0);
  });

  it('says after a time-out where to go on', async () => {
    const cursor = await set('get:late', 'old');
    const answer = await get(world.port, `/get?key=get:late&timeout=0.02&after=${cursor}`);
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({ error_code: 1, key: 'get:late', cursor, recovered: true });
  });

  it('gives every entry after a cursor, oldest first', async () => {
    const first = await set('get:all', 'one');
    const second = await set('get:all', 'two');
    const third = await set('get:all', 'three');
    const answer = await get(world.port, `/get?key=get:all&all=1&after=${first}`);
    expect(answer.json()).toEqual({
      error_code: 0,
      key: 'get:all',
      value: 'three',
      cursor: third,
      entries: [
        { cursor: second, value: 'two' },
        { cursor: third, value: 'three' },
      ],
      recovered: true,
    });
    const whole = await get(world.port, '/get?key=get:all&all=1');
    expect(whole.json()).toMatchObject({ entries: [{ cursor: first }, { cursor: second }, { cursor: third }] });
    expect(whole.json()).not.toHaveProperty('recovered');
    const newest = await get(world.port, `/get?key=get:all&all=1&after=${second}`);
    expect(newest.json()).toMatchObject({ entries: [{ cursor: third, value: 'three' }], recovered: true });
  });

  it('says that it may have missed something', async () => {
    await set('get:foreign', 'now');
    const answer = await get(world.port, '/get?key=get:foreign&after=7-another');
    expect(answer.json()).toMatchObject({ error_code: 0, value: 'now', recovered: false });
  });

  it('reads the engine when asked for it fresh', async () => {
    const cursor = await set('get:fresh', 'v');
    const answer = await get(world.port, '/get?key=get:fresh&fresh=1&timeout=0');
    expect(answer.json()).toMatchObject({ value: 'v', cursor });
  });

  it('clamps a time-out to the longest', async () => {
    const short = await World.start({ getTimeoutMax: 0.05 });
    const answer = await get(short.port, '/get?key=get:clamp&timeout=86400');
    expect(answer.json()).toEqual({ error_code: 1, key: 'get:clamp', cursor: '0' });
    await short.stop();
  });

  it('tells one value to many, each with what its own request asked for', async () => {
    const polls = [
      get(world.port, '/get?key=get:many'),
      get(world.port, '/get?key=get:many'),
      get(world.port, '/get?key=get:many&after=0'),
      get(world.port, '/get?key=get:many&after=0&all=1'),
      get(world.port, '/get?key=get:many&jsonCallback=f'),
    ];
    await until(() => world.meters.waiters === polls.length);
    const before = world.meters.deliveries;
    const cursor = await set('get:many', '"quoted"');
    const [plain, again, after, all, script] = await Promise.all(polls);
    const base = { error_code: 0, key: 'get:many', value: '"quoted"', cursor };
    expect(plain?.json()).toEqual(base);
    expect(again?.body).toBe(plain?.body);
    expect(after?.json()).toEqual({ ...base, recovered: true });
    expect(all?.json()).toEqual({ ...base, entries: [{ cursor, value: '"quoted"' }], recovered: true });
    expect(script?.body).toBe(`/**/f(${JSON.stringify(base)});`);
    expect(world.meters.deliveries - before).toBe(polls.length);
  });

  it('renders an answer once for all who get it', () => {
    const entry = new Entry('key', 'välue', 3, 'epoch');
    const rendering = EntryRendering.of(entry);
    expect(EntryRendering.of(entry)).toBe(rendering);
    for (const recovered of [undefined, true, false]) {
      expect(rendering.answer(recovered)).toBe(rendering.answer(recovered));
      expect(rendering.alone(recovered)).toBe(rendering.alone(recovered));
      const said = recovered === undefined ? {} : { recovered };
      expect(JSON.parse(rendering.answer(recovered).text)).toEqual({
        error_code: 0,
        key: 'key',
        value: 'välue',
        cursor: '3-epoch',
        ...said,
      });
    }
  });

  it('forgets a poll whose client went away, and counts it once', async () => {
    const { polls, requests } = world.meters;
    const gone = polls.values.gone;
    const wires = await Promise.all(Array.from({ length: 5 }, () => Wire.open(world.port)));
    for (const wire of wires) wire.send(render('/get?key=get:gone&after=0'));
    await until(() => world.meters.waiters === wires.length);
    for (const wire of wires) wire.destroy();
    await until(() => world.meters.waiters === 0);
    expect(polls.values.gone - gone).toBe(wires.length);
    expect(requests.get('get')?.get(499)).toBe(wires.length);
    const values = polls.values.value;
    await set('get:gone', 'nobody');
    expect(polls.values.value).toBe(values);
    await until(() => world.meters.connections === 0);
  });

  it('forgets a poll whose client closed its half', async () => {
    const wire = await Wire.open(world.port);
    wire.send(render('/get?key=get:half&after=0'));
    await until(() => world.meters.waiters === 1);
    wire.socket.end();
    await until(() => world.meters.waiters === 0);
    await wire.end();
    expect(wire.rest).toBe('');
  });

  async function set(key: string, value: string): Promise<string> {
    const answer = await post(world.port, '/set', { form: { key, value }, headers: AUTHORIZED });
    return answer.json<{ cursor: string }>().cursor;
  }
});

describe('limits of polls', () => {
  it('turns away who is too many, says when to come back, and counts it', async () => {
    const world = await World.start({ maxWaiters: 2, maxWaitersPerKey: 1, signSecret: [] });
    const controller = new AbortController();
    const parked = ['limit:1', 'limit:2'].map((key) =>
      get(world.port, `/get?key=${key}`, { signal: controller.signal }).catch(() => null),
    );
    await until(() => world.meters.waiters === 2);
    const answer = await get(world.port, '/get?key=limit:3');
    expect(answer.status).toBe(503);
    expect(answer.json()).toMatchObject({ error: 'TOO_MANY_WAITERS', error_code: 100 });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(5);
    expect(world.meters.refused.values.waiters).toBe(1);
    expect(world.meters.polls.values.error).toBe(1);
    controller.abort();
    await Promise.all(parked);
    await until(() => world.meters.waiters === 0);
    await world.stop();
  });
});
