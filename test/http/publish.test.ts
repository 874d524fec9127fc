import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bearerOf } from '../../src/http/access/bearer.ts';
import { PublishKeys } from '../../src/http/access/publish-keys.ts';
import { get, type PostOptions, post } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { render, Wire } from './wire.ts';
import { AUTHORIZED, PUBLISH_KEY, World } from './world.ts';

const FORM = 'Content-Type: application/x-www-form-urlencoded';

describe('publishing', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start({ publishKey: ['an-older-key-of-the-tests', PUBLISH_KEY] });
  });
  afterAll(() => world.stop());

  it.each([
    ['a form', { form: { key: 'pub:form', value: 'v' } }, 'pub:form'],
    ['JSON', { json: { key: 'pub:json', value: 'v' } }, 'pub:json'],
  ] as const)('takes %s', async (_, options, key) => {
    const answer = await publish('/set', options);
    expect(answer.status).toBe(200);
    const { cursor } = answer.json();
    expect(answer.json()).toEqual({ error_code: 0, cursor: expect.stringMatching(/^1-[\w-]+$/) });
    expect((await get(world.port, `/get?key=${key}`)).json()).toMatchObject({ value: 'v', cursor });
  });

  it('takes the query', async () => {
    const answer = await publish('/set?key=pub:query&value=%E2%82%AC', {});
    expect(answer.json()).toMatchObject({ error_code: 0 });
    expect((await get(world.port, '/get?key=pub:query')).json()).toMatchObject({ value: '€' });
  });

  it('takes an empty value, and any character in a value', async () => {
    await publish('/set', { form: { key: 'pub:odd', value: '' } });
    expect((await get(world.port, '/get?key=pub:odd')).json()).toMatchObject({ value: '' });
    const value = '\u0000\u0007\r\n\u2028😀"\\';
    await publish('/set', { json: { key: 'pub:odd', value } });
    expect((await get(world.port, '/get?key=pub:odd&fresh=1')).json()).toMatchObject({ value });
  });

  it('writes the same id once, and tells another value from it', async () => {
    const write = (value: string) => publish('/set', { form: { key: 'pub:id', value, id: 'i-1' } });
    const first = await write('v');
    expect((await write('v')).json()).toEqual(first.json());
    const { publishes } = world.meters;
    const conflicts = publishes.values.conflict;
    const other = await write('w');
    expect(other.status).toBe(409);
    expect(other.json()).toMatchObject({ error: 'ID_CONFLICT', error_code: 60, parameter: 'id' });
    expect(publishes.values.conflict - conflicts).toBe(1);
  });

  it('lets a key expire', async () => {
    await publish('/set', { form: { key: 'pub:ttl', value: 'v', ttl: '0.05' } });
    const gone = async () => (await get(world.port, '/get?key=pub:ttl&timeout=0&fresh=1')).json().error_code === 1;
    await until(gone);
  });

  it('deletes a key', async () => {
    await publish('/set', { form: { key: 'pub:delete', value: 'v' } });
    const answer = await publish('/delete', { form: { key: 'pub:delete' } });
    expect(answer.json()).toEqual({ error_code: 0 });
    expect((await get(world.port, '/get?key=pub:delete&timeout=0&fresh=1')).json()).toMatchObject({ cursor: '0' });
  });

  it('counts', async () => {
    const { publishes, mailboxMessages } = world.meters;
    const [ok, pushed] = [publishes.values.ok, mailboxMessages.values.pushed];
    await publish('/push', { form: { uid: 'pub:count', value: 'v' } });
    expect(publishes.values.ok - ok).toBe(1);
    expect(mailboxMessages.values.pushed - pushed).toBe(1);
  });

  it.each(['an-older-key-of-the-tests', PUBLISH_KEY])('takes each key', async (key) => {
    const answer = await post(world.port, '/delete', {
      form: { key: 'pub:keys' },
      headers: { authorization: `bearer  ${key}` },
    });
    expect(answer.status).toBe(200);
  });

  it('refuses a message for a mailbox that is full, and counts that', async () => {
    const narrow = await World.start({ maxMailboxLength: 2 });
    const push = () => post(narrow.port, '/push', { form: { uid: 'pub:full', value: 'v' }, headers: AUTHORIZED });
    expect([(await push()).status, (await push()).status]).toEqual([200, 200]);
    const answer = await push();
    expect(answer.status).toBe(503);
    expect(answer.json()).toMatchObject({ error: 'MAILBOX_FULL', error_code: 105 });
    expect(answer.headers['retry-after']).toMatch(/^[1-5]$/);
    const { mailboxMessages, refused } = narrow.meters;
    expect([mailboxMessages.values.pushed, refused.values.mailbox_length]).toEqual([2, 1]);
    await narrow.stop();
  });

  it('answers what the engine says', async () => {
    const full = await World.start({ embeddedMaxBytes: 65_536 });
    const fill = (key: string) =>
      post(full.port, '/set', { form: { key, value: 'v'.repeat(60_000) }, headers: AUTHORIZED });
    expect((await fill('pub:full-1')).status).toBe(200);
    const answer = await fill('pub:full-2');
    expect(answer.status).toBe(503);
    expect(answer.json()).toMatchObject({ error: 'ENGINE_FULL', error_code: 113 });
    expect(answer.headers['retry-after']).toMatch(/^[1-5]$/);
    expect(full.meters.publishes.values.error).toBe(1);
    expect(full.meters.refused.values.engine).toBe(1);
    await full.engine.stop();
    const stopped = await post(full.port, '/set', { form: { key: 'k', value: 'v' }, headers: AUTHORIZED });
    expect(stopped.json()).toMatchObject({ error: 'ENGINE_UNAVAILABLE' });
    await full.stop();
  });

  it('bounds what is under way', async () => {
    const narrow = await World.start({ maxPublishes: 1 });
    const wire = await Wire.open(narrow.port);
    const head = render('/set', {
      method: 'POST',
      headers: [FORM, `Authorization: Bearer ${PUBLISH_KEY}`, 'Expect: 100-continue', 'Content-Length: 13'],
    });
    wire.send(head);
    expect((await wire.answer()).status).toBe(100);
    const refused = await post(narrow.port, '/set', { form: { key: 'a', value: 'b' }, headers: AUTHORIZED });
    expect(refused.status).toBe(429);
    expect(refused.json()).toMatchObject({ error: 'TOO_MANY_PUBLISHES' });
    expect(refused.headers['retry-after']).toMatch(/^[1-5]$/);
    expect(narrow.meters.refused.values.publishes).toBe(1);
    wire.send('key=a&value=b');
    expect((await wire.answer()).json).toMatchObject({ error_code: 0 });
    const taken = await post(narrow.port, '/set', { form: { key: 'a', value: 'b' }, headers: AUTHORIZED });
    expect(taken.status).toBe(200);
    wire.destroy();
    await narrow.stop();
  });

  it('is free again when a client leaves in the middle of its body', async () => {
    const narrow = await World.start({ maxPublishes: 1 });
    const wire = await Wire.open(narrow.port);
    const headers = [FORM, `Authorization: Bearer ${PUBLISH_KEY}`, 'Content-Length: 1000'];
    wire.send(`${render('/set', { method: 'POST', headers })}key=a`);
    const attempt = () => post(narrow.port, '/set', { form: { key: 'a', value: 'b' }, headers: AUTHORIZED });
    await until(async () => (await attempt()).status === 429);
    wire.destroy();
    await until(async () => (await attempt()).status === 200);
    expect(narrow.meters.requests.get('set')?.get(499)).toBe(1);
    await narrow.stop();
  });

  function publish(path: string, options: PostOptions) {
    return post(world.port, path, { ...options, headers: AUTHORIZED });
  }
});

describe('publish keys', () => {
  const keys = new PublishKeys(['first-key-of-the-tests', 'second-key-of-the-tests'], false);

  it.each([
    ['Bearer first-key-of-the-tests', true],
    ['bearer second-key-of-the-tests', true],
    ['BEARER   second-key-of-the-tests ', true],
    ['Bearer first-key-of-the-test', false],
    ['Bearer first-key-of-the-tests second-key-of-the-tests', false],
    ['Bearer', false],
    ['Bearer ', false],
    ['first-key-of-the-tests', false],
    ['Basic first-key-of-the-tests', false],
    ['', false],
    [undefined, false],
  ])('take %p: %p', (header, good) => {
    const given = bearerOf(header);
    expect(given !== undefined && keys.admit(given)).toBe(good);
  });

  it('are compared whole, whatever their length, and with nothing of what was given before', () => {
    const long = 'k'.repeat(700);
    const both = new PublishKeys([long, 'short-key'], false);
    const given = [long, 'short-key', `${long}x`, long.slice(1), 'short-key\0', 'short-ke', '', `short-key${long}`];
    expect(given.map((key) => both.admit(key))).toEqual([true, true, false, false, false, false, false, false]);
    const short = new PublishKeys(['short-key'], false);
    expect([`short-key${long}`, 'short-key', 'shorter-key'].map((key) => short.admit(key))).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('let nobody in where there is none, and say whether it is open', () => {
    expect(new PublishKeys([], false).admit('x')).toBe(false);
    expect([new PublishKeys([], false).open, new PublishKeys([], true).open]).toEqual([false, true]);
  });
});
