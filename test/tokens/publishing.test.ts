import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { render, Wire } from '../http/wire.ts';
import { AUTHORIZED, World } from '../http/world.ts';
import { get, post } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { bearer, mint, TOKEN_SECRET } from './minted.ts';

let world: World;

beforeAll(async () => {
  world = await World.start({ tokenSecret: [TOKEN_SECRET], tokenLeeway: 0 });
});

afterAll(() => world.stop());

async function publish(
  path: string,
  form: Readonly<Record<string, string>>,
  claim: object,
): Promise<readonly unknown[]> {
  const answer = await post(world.port, path, { form, ...bearer(await mint(claim)) });
  return [answer.status, answer.json().error, answer.json().parameter];
}

const DONE = [200, undefined, undefined];

describe('publishing with a token', () => {
  it.each([
    ['/set', { key: 'chat:1', value: 'v' }],
    ['/delete', { key: 'chat:1' }],
  ])('%s asks whether it may set that key', async (path, form) => {
    expect(await publish(path, form, { set: ['chat:1'] })).toEqual(DONE);
    expect(await publish(path, form, { set: ['chat:*'] })).toEqual(DONE);
    for (const claim of [{ set: ['chat:10', 'chat:'] }, { read: ['*'], push: ['*'], mailbox: 'chat:1' }, {}]) {
      expect(await publish(path, form, claim)).toEqual([403, 'KEY_FORBIDDEN', 'key']);
    }
  });

  it('/push asks whether it may push into that mailbox', async () => {
    const form = { uid: '42', value: 'v' };
    expect(await publish('/push', form, { push: ['42'] })).toEqual(DONE);
    for (const claim of [{ push: ['421', '4'] }, { set: ['*'], read: ['*'], mailbox: '42' }]) {
      expect(await publish('/push', form, claim)).toEqual([403, 'KEY_FORBIDDEN', 'uid']);
    }
  });

  it.each([
    ['/set', 'key=late&value=v', 'application/x-www-form-urlencoded'],
    ['/batch', '[{"key":"late","value":"v"}]', 'application/json'],
    ['/push', 'uid=late&value=v', 'application/x-www-form-urlencoded'],
  ])('%s refuses what comes once the token has expired', async (path, body, type) => {
    const exp = Date.now() / 1000 + 1;
    const token = await mint({ set: ['late'], push: ['late'] }, { claims: { exp } });
    const headers = [`Authorization: Bearer ${token}`, `Content-Type: ${type}`];
    const request = render(path, { method: 'POST', headers, body });
    const wire = await Wire.open(world.port);
    wire.send(request.slice(0, -3));
    await until(() => Date.now() / 1000 > exp);
    wire.send(request.slice(-3));
    expect(await wire.answer()).toMatchObject({ status: 401, json: { error: 'TOKEN_EXPIRED' } });
    wire.destroy();
  });

  it('/batch refuses what it may not set, and writes the rest', async () => {
    const { headers } = bearer(await mint({ set: ['mine:*'] }));
    const sets = ['mine:1', 'theirs', 'mine:2'].map((key) => ({ key, value: 'v' }));
    const answer = await post(world.port, '/batch', { json: sets, headers });
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({
      error_code: 0,
      failed: 1,
      results: [{ error_code: 0 }, { error_code: 34, error: 'KEY_FORBIDDEN' }, { error_code: 0 }],
    });
    expect((await get(world.port, '/get?key=theirs&timeout=0&fresh=1')).json()).not.toHaveProperty('value');
    const none = await post(world.port, '/batch', { json: [{ key: 'theirs', value: 'v' }], headers });
    expect([none.status, none.json().error]).toEqual([403, 'KEY_FORBIDDEN']);
    expect(world.meters.refused.values.key).toBeGreaterThan(0);
  });

  it('is refused with an expired one, before the body is read', async () => {
    const { headers } = bearer(await mint({ set: ['*'] }, { expiresIn: -60 }));
    const answer = await post(world.port, '/set', {
      body: 'x'.repeat(1000),
      headers: { ...headers, 'content-type': 'text/plain' },
    });
    expect([answer.status, answer.json().error]).toEqual([401, 'TOKEN_EXPIRED']);
  });

  it('goes on with a publish key, and without any is 401', async () => {
    expect((await post(world.port, '/set', { form: { key: 'any', value: 'v' }, headers: AUTHORIZED })).status).toBe(
      200,
    );
    const without = await post(world.port, '/set', { form: { key: 'any', value: 'v' } });
    expect([without.status, without.json().error]).toEqual([401, 'UNAUTHORIZED']);
  });

  it('a token is no publish key where none are configured', async () => {
    const plain = await World.start();
    const answer = await post(plain.port, '/set', {
      form: { key: 'a', value: 'v' },
      ...bearer(await mint({ set: ['*'] })),
    });
    expect([answer.status, answer.json().error]).toEqual([401, 'UNAUTHORIZED']);
    await plain.stop();
  });
});

describe('a mailbox', () => {
  const push = (uid: string, value: string) => post(world.port, '/push', { form: { uid, value }, headers: AUTHORIZED });
  const poll = async (query: string, claim: object) =>
    await get(world.port, `/?timeout=0${query}`, bearer(await mint(claim)));

  it('is polled with the token that owns it, with or without its uid', async () => {
    await push('zoë', 'one');
    await push('zoë', 'two');
    expect((await poll('&uid=zo%C3%AB', { mailbox: 'zoë' })).body).toBe('one');
    expect((await poll('', { mailbox: 'zoë' })).body).toBe('two');
    expect((await poll('', { mailbox: 'zoë' })).json()).toEqual({ error_code: 1 });
  });

  it('of another stays shut, and nothing tells of it', async () => {
    await push('7', 'kept');
    const missing = await get(world.port, '/?timeout=0');
    for (const claim of [
      { mailbox: '77' },
      { mailbox: '*' },
      { mailbox: '7*' },
      { push: ['7'], read: ['*'], set: ['*'] },
    ]) {
      const answer = await poll('&uid=7', claim);
      expect([answer.status, answer.body]).toEqual([404, missing.body]);
    }
    expect((await poll('&uid=7&sign=x&expires=1', { mailbox: '7' })).status).toBe(404);
    expect((await get(world.port, '/?uid=7&timeout=0', { headers: AUTHORIZED })).status).toBe(404);
    expect((await poll('&uid=7', { mailbox: '7' })).body).toBe('kept');
  });

  it('says that a token has expired: that is no word about a mailbox', async () => {
    const answer = await get(world.port, '/?uid=7', bearer(await mint({ mailbox: '7' }, { expiresIn: -60 })));
    expect([answer.status, answer.json().error]).toEqual([401, 'TOKEN_EXPIRED']);
  });
});
