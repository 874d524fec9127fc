import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { get, post } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { AUTHORIZED, World } from './world.ts';

describe('JSONP', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(() => world.stop());

  it.each(['f', '$', '_', 'jQuery123_456', 'a.b.c', '$.fn._x1', 'x'.repeat(128)])('calls %p', async (name) => {
    const answer = await get(world.port, `/get?key=jsonp:none&timeout=0&jsonCallback=${encodeURIComponent(name)}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toBe(`/**/${name}({"error_code":1,"key":"jsonp:none","cursor":"0"});`);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/javascript; charset=utf-8',
      'content-length': String(answer.body.length),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  it.each([
    '',
    '1a',
    'a b',
    'a-b',
    'a..b',
    '.a',
    'a.',
    'a.1',
    'a[0]',
    'a()',
    'alert(1)//',
    'a;b',
    'ä',
    'a\n',
    '</script>',
    'x'.repeat(129),
  ])('does not call %j', async (name) => {
    const answer = await get(world.port, `/get?key=a&timeout=0&jsonCallback=${encodeURIComponent(name)}`);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: 'PARAMETER_INVALID', parameter: 'jsonCallback' });
  });

  it('passes any value on as it was', async () => {
    const value = '\u2028\u2029"\\</script><!--\u0000😀';
    const form = { key: 'jsonp:value', value };
    await post(world.port, '/set', { form, headers: AUTHORIZED });
    const { body } = await get(world.port, '/get?key=jsonp:value&jsonCallback=take');
    expect(body).not.toMatch(/[\u2028\u2029]/);
    expect(run(body)).toMatchObject({ error_code: 0, value });
  });

  it('waits as any other', async () => {
    const waiting = get(world.port, '/get?key=jsonp:wait&jsonCallback=take');
    await until(() => world.meters.waiters === 1);
    await post(world.port, '/set', { form: { key: 'jsonp:wait', value: 'news' }, headers: AUTHORIZED });
    expect(run((await waiting).body)).toMatchObject({ error_code: 0, value: 'news' });
  });

  it.each([
    ['/get?timeout=0', 400, { error: 'PARAMETER_MISSING', error_code: 10, parameter: 'key' }],
    ['/get?key=a&all=1&all=1', 400, { error: 'PARAMETER_REPEATED', parameter: 'all' }],
    ['/get?key=%FF', 400, { error: 'PARAMETER_INVALID', parameter: 'key' }],
    ['/get?key=a&after=x', 400, { error: 'PARAMETER_INVALID', parameter: 'after' }],
    ['/?uid=a', 404, { error: 'NOT_FOUND' }],
  ])('has the error of %s in its body', async (path, status, error) => {
    const answer = await get(world.port, `${path}&jsonCallback=take`);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/javascript; charset=utf-8');
    expect(run(answer.body)).toMatchObject({ ...error, status });
  });

  it('counts errors by what they mean', () => {
    expect(world.meters.requests.get('mailbox')?.get(404)).toBe(1);
  });

  it('is nothing to the other calls', async () => {
    const answer = await get(world.port, '/healthz?jsonCallback=f');
    expect(answer.json()).toEqual({ error_code: 0 });
  });
});

/** What the script calls `take` with. */
function run(script: string): unknown {
  const taken: unknown[] = [];
  runInNewContext(script, { take: (value: unknown) => taken.push(value) });
  expect(taken).toHaveLength(1);
  return taken[0];
}
