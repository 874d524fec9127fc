import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Config } from '../../src/config/options.ts';
import { type Answer, get, post } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { render, Wire } from './wire.ts';
import { AUTHORIZED, World } from './world.ts';

interface BatchAnswer {
  readonly error_code: number;
  readonly failed: number;
  readonly results: readonly { readonly error_code: number; readonly cursor?: string; readonly error?: string }[];
}

let world: World;

beforeAll(async () => {
  world = await World.start();
});

afterAll(async () => {
  await world.stop();
});

function send(json: unknown, on = world): Promise<Answer> {
  return post(on.port, '/batch', { json, headers: AUTHORIZED });
}

/** A body as it is. */
function sendText(body: string, on = world): Promise<Answer> {
  return post(on.port, '/batch', { body, headers: { ...AUTHORIZED, 'content-type': 'application/json' } });
}

async function newest(key: string, on = world): Promise<unknown> {
  return (await get(on.port, `/get?key=${key}&timeout=0`)).json().value;
}

async function apart(changes: Partial<Config>, test: (own: World) => Promise<void>): Promise<void> {
  const own = await World.start(changes);
  try {
    await test(own);
  } finally {
    await own.stop();
  }
}

describe('a batch', () => {
  it('writes up to 1,000 sets, each answered as if it had come alone, those of one key in their order', async () => {
    const sets = Array.from({ length: 1000 }, (_, index) => ({ key: `bt:${index % 990}`, value: `v${index}` }));
    const published = world.meters.publishes.values.ok;
    const answer = await send(sets);
    const { error_code, failed, results } = answer.json<BatchAnswer>();
    expect([answer.status, error_code, failed, results.length]).toEqual([200, 0, 0, 1000]);
    expect(results[0]?.cursor).toMatch(/^1-/);
    expect(results[990]?.cursor).toMatch(/^2-/);
    expect(await newest('bt:0')).toBe('v990');
    expect(await newest('bt:989')).toBe('v989');
    expect(world.meters.publishes.values.ok).toBe(published + 1000);
  });

  it('wakes who waits for any of its keys', async () => {
    const waiting = ['bt:w1', 'bt:w2'].map((key) => get(world.port, `/get?key=${key}&after=0`));
    await send([
      { key: 'bt:w1', value: 'a "quoted" {value}' },
      { value: 'ü\\"[]', ttl: '60', key: 'bt:w2' },
    ]);
    const answers = await Promise.all(waiting);
    expect(answers.map((answer) => answer.json().value)).toEqual(['a "quoted" {value}', 'ü\\"[]']);
  });

  it('is written once when it is repeated with the same ids, and says which of them conflict', async () => {
    const sets = [
      { key: 'bt:i1', value: 'one', id: 'x' },
      { key: 'bt:i2', value: 'two', id: 'x' },
    ];
    const first = await send(sets);
    expect((await send(sets)).json()).toEqual(first.json());
    const other = (await send([{ ...sets[0], value: 'other' }, sets[1]])).json<BatchAnswer>();
    expect(other).toMatchObject({ error_code: 0, failed: 1, results: [{ error: 'ID_CONFLICT', error_code: 60 }, {}] });
    expect(other.results[1]).toEqual(first.json<BatchAnswer>().results[1]);
    expect(await newest('bt:i1')).toBe('one');
    expect(world.meters.publishes.values.conflict).toBe(1);
  });

  it('has the error of all as its own if all of them failed alike', async () => {
    await apart({ embeddedMaxBytes: 65_536 }, async (own) => {
      const large = 'x'.repeat(60_000);
      const mixed = await send(
        [
          { key: 'a', value: large },
          { key: 'b', value: large },
          { key: 'c', value: 'c' },
        ],
        own,
      );
      expect(mixed.json<BatchAnswer>()).toMatchObject({ failed: 1, results: [{}, { error: 'ENGINE_FULL' }, {}] });
      expect(await newest('c', own)).toBe('c');
      const all = await send(
        [
          { key: 'd', value: large },
          { key: 'e', value: large },
        ],
        own,
      );
      expect(all.status).toBe(503);
      expect(all.headers['retry-after']).toMatch(/^[1-5]$/);
      expect(all.json()).toMatchObject({ error: 'ENGINE_FULL' });
    });
  });

  it('says which value is no string, and which content type it takes', async () => {
    const mixed = await send([
      { key: 'bt:x', value: 'b' },
      { key: 'bt:x', value: 'b', ttl: 60 },
    ]);
    const message = 'The values of a JSON body must be strings: "60", not 60.';
    expect(mixed.json()).toMatchObject({ parameter: '[1].ttl', message });
    const form = await post(world.port, '/batch', { form: { key: 'bt:x', value: 'b' }, headers: AUTHORIZED });
    expect(form.status).toBe(415);
    expect(form.json().message).toBe(
      'The body of /batch must be application/json: send "Content-Type: application/json".',
    );
  });

  it.each([
    ['an object', '{"key":"a","value":"b"}', 'BODY_INVALID', undefined],
    ['no JSON', '[{"key":"a","value":"b"}', 'BODY_INVALID', undefined],
    ['a list of texts', '["a"]', 'BODY_INVALID', undefined],
    ['a list of lists', '[["a"]]', 'BODY_INVALID', undefined],
    ['null', '[null]', 'BODY_INVALID', undefined],
    ['nothing in the list', '[]', 'BODY_INVALID', undefined],
    ['nothing at all', '', 'BODY_INVALID', undefined],
    ['an empty object', '[{"key":"bt:x","value":"b"},{}]', 'PARAMETER_MISSING', '[1].key'],
    ['a number', '[{"key":"bt:x","value":1}]', 'PARAMETER_INVALID', '[0].value'],
    ['an object in an object', '[{"key":"bt:x","value":"b","x":{"key":"c"}}]', 'PARAMETER_INVALID', '[0].x'],
    ['a key without value', '[{"key":"bt:x","value":"b"},{"key":"c"}]', 'PARAMETER_MISSING', '[1].value'],
    ['a key twice in one set', '[{"key":"bt:x","key":"c","value":"b"}]', 'PARAMETER_REPEATED', '[0].key'],
    ['half a surrogate pair', '[{"key":"bt:x","value":"\\ud83d"}]', 'PARAMETER_INVALID', '[0].value'],
    ['a bad ttl', '[{"key":"bt:x","value":"b","ttl":"-1"}]', 'PARAMETER_INVALID', '[0].ttl'],
  ])('is refused as a whole for %s', async (_, body, error, parameter) => {
    const answer = await sendText(body);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error });
    expect(answer.json().parameter).toBe(parameter);
    expect(await newest('bt:x')).toBeUndefined();
  });

  it('needs the publish key and JSON, and keeps to the bounds', async () => {
    const sets = Array.from({ length: 4 }, (_, index) => ({ key: `bt:b${index}`, value: 'v' }));
    expect((await post(world.port, '/batch', { json: sets })).status).toBe(401);
    expect((await get(world.port, '/batch')).status).toBe(405);
    const form = await post(world.port, '/batch', { form: { key: 'a', value: 'b' }, headers: AUTHORIZED });
    expect(form.status).toBe(415);
    expect((await send([{ key: 'a', value: 'v'.repeat(65_537) }])).json()).toMatchObject({ parameter: '[0].value' });
    expect((await sendText(`[${' '.repeat(300_000)}]`)).status).toBe(413);
    for (const bound of [{ maxPublishes: 3 }, { maxBatchSets: 3 }]) {
      await apart(bound, async (own) => {
        expect((await send(sets, own)).json()).toMatchObject({ error: 'BODY_INVALID' });
        expect((await send(sets.slice(1), own)).status).toBe(200);
      });
    }
  });

  it('counts each of its sets among the publishes under way', async () => {
    const sets = Array.from({ length: 4 }, (_, index) => ({ key: `bt:u${index}`, value: 'v' }));
    await apart({ maxPublishes: 4 }, async (own) => {
      const slow = await Wire.open(own.port);
      const headers = [`Authorization: ${AUTHORIZED.authorization}`, 'Content-Length: 9', 'Expect: 100-continue'];
      slow.send(render('/set', { method: 'POST', headers: [...headers, 'Content-Type: application/json'] }));
      await until(() => slow.rest.includes('100 Continue'));
      expect((await send(sets, own)).json()).toMatchObject({ error: 'TOO_MANY_PUBLISHES' });
      expect((await send(sets.slice(1), own)).status).toBe(200);
      slow.destroy();
      // What was refused is not counted for ever.
      await until(async () => (await send(sets, own)).status === 200);
    });
  });
});
