/** Every shape of a token that must open nothing, against a running server whose keys are private. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { World } from '../http/world.ts';
import { get } from '../support/http-client.ts';
import { bearer, forge, keyPair, keySet, mint, OTHER_SECRET, seconds, TOKEN_SECRET } from './minted.ts';

const CLAIM = { read: ['news'] };
const rsa = keyPair('rsa');
const ec = keyPair('P-256');
const named = keyPair('ed25519');

let world: World;

beforeAll(async () => {
  world = await World.start({
    reading: 'token',
    tokenSecret: [TOKEN_SECRET, OTHER_SECRET],
    tokenKeys: [`${rsa.pem}${ec.pem}`, keySet([named.publicKey, { kid: 'one' }])],
    tokenAudience: ['comet'],
    tokenIssuer: ['https://id.example'],
  });
});

afterAll(() => world.stop());

const RIGHT = { aud: 'comet', iss: 'https://id.example' };
const claims = (more: object = {}) => ({ comet: CLAIM, exp: seconds(60), ...RIGHT, ...more });

async function ask(token: string): Promise<readonly unknown[]> {
  const answer = await get(world.port, '/get?key=news&timeout=0', bearer(token));
  return [answer.status, answer.json().error, answer.headers['www-authenticate']];
}

const INVALID = [401, 'TOKEN_INVALID', 'Bearer error="invalid_token"'];
const EXPIRED = [401, 'TOKEN_EXPIRED', 'Bearer error="invalid_token"'];
const GOOD = [200, undefined, undefined];

describe('a token', () => {
  it.each([
    ['of the first secret', () => mint(CLAIM, { claims: RIGHT })],
    ['of the other secret', () => mint(CLAIM, { claims: RIGHT, key: OTHER_SECRET })],
    ['of HS512', () => mint(CLAIM, { claims: RIGHT, header: { alg: 'HS512' } })],
    ['of RS256', () => mint(CLAIM, { claims: RIGHT, key: rsa.privateKey, header: { alg: 'RS256' } })],
    ['of PS384', () => mint(CLAIM, { claims: RIGHT, key: rsa.privateKey, header: { alg: 'PS384' } })],
    ['of ES256', () => mint(CLAIM, { claims: RIGHT, key: ec.privateKey, header: { alg: 'ES256' } })],
    ['of EdDSA', () => mint(CLAIM, { claims: RIGHT, key: named.privateKey, header: { alg: 'EdDSA', kid: 'one' } })],
    ['of Ed25519', () => mint(CLAIM, { claims: RIGHT, key: named.privateKey, header: { alg: 'Ed25519' } })],
    ['whose name of a key is of none', () => mint(CLAIM, { claims: RIGHT, header: { kid: 'of nobody' } })],
    ['for several audiences', () => mint(CLAIM, { claims: { ...RIGHT, aud: ['other', 'comet'] } })],
    ['that has just expired', () => mint(CLAIM, { claims: RIGHT, expiresIn: 0 })],
    ['that is about to begin', () => mint(CLAIM, { claims: { ...RIGHT, nbf: seconds(3) } })],
    ['that says more than is known', () => mint({ ...CLAIM, later: 1 }, { claims: { ...RIGHT, sub: 'zoë' } })],
  ])('%s is taken', async (_, make) => {
    expect(await ask(await make())).toEqual(GOOD);
  });

  it.each([
    ['signed by nobody', () => `${forge({ alg: 'none' }, claims(), '').split('.').slice(0, 2).join('.')}.`],
    ['of "none" with a signature', () => forge({ alg: 'none' }, claims(), TOKEN_SECRET)],
    ['of "None"', () => forge({ alg: 'None' }, claims(), TOKEN_SECRET)],
    ['of no algorithm', () => forge({}, claims(), TOKEN_SECRET)],
    ['of an algorithm that is no text', () => forge({ alg: ['HS256'] }, claims(), TOKEN_SECRET)],
    ['of an unknown algorithm', () => forge({ alg: 'HS1' }, claims(), TOKEN_SECRET)],
    ['of a lower-case algorithm', () => forge({ alg: 'hs256' }, claims(), TOKEN_SECRET)],
    ['of HS256 with a public key for a secret', () => forge({ alg: 'HS256' }, claims(), rsa.pem)],
    ['of HS256 with a trimmed public key', () => forge({ alg: 'HS256' }, claims(), rsa.pem.trim())],
    ['of HS256 with the whole file of keys', () => forge({ alg: 'HS256' }, claims(), `${rsa.pem}${ec.pem}`)],
    ['of RS256 made with a secret', () => forge({ alg: 'RS256' }, claims(), TOKEN_SECRET)],
    ['of a wrong secret', () => mint(CLAIM, { claims: RIGHT, key: `${TOKEN_SECRET}x` })],
    ['of an empty secret', () => forge({ alg: 'HS256' }, claims(), '')],
    ['of a key of its own', () => forge({ alg: 'HS256', jwk: { kty: 'oct', k: 'eA' } }, claims(), 'x')],
    ['of a key elsewhere', () => forge({ alg: 'HS256', jku: 'http://127.0.0.1/keys' }, claims(), 'x')],
    [
      'of another key than the named one',
      () => mint(CLAIM, { claims: RIGHT, key: named.privateKey, header: { alg: 'EdDSA', kid: 'two' } }),
    ],
    [
      'of another key of that kind',
      () => mint(CLAIM, { claims: RIGHT, key: keyPair('ed25519').privateKey, header: { alg: 'EdDSA', kid: 'one' } }),
    ],
    ['of a curve that is not here', () => mint(CLAIM, { key: keyPair('P-384').privateKey, header: { alg: 'ES384' } })],
    [
      'with extensions that must be understood',
      () => forge({ alg: 'HS256', crit: ['x'], x: 1 }, claims(), TOKEN_SECRET),
    ],
    ['of an unencoded payload', () => forge({ alg: 'HS256', crit: ['b64'], b64: false }, claims(), TOKEN_SECRET)],
    ['without an end', () => mint(CLAIM, { claims: { ...RIGHT, exp: undefined } })],
    ['with an end that is a text', () => mint(CLAIM, { claims: { ...RIGHT, exp: String(seconds(60)) } })],
    [
      'with an end that never comes',
      () => forge({ alg: 'HS256' }, `{"exp":1e999,"aud":"comet","iss":"https://id.example"}`, TOKEN_SECRET),
    ],
    ['with an end in milliseconds', () => mint(CLAIM, { claims: { ...RIGHT, exp: Date.now() + 60_000 } })],
    ['that begins later', () => mint(CLAIM, { claims: { ...RIGHT, nbf: seconds(60) } })],
    ['that begins at a text', () => mint(CLAIM, { claims: { ...RIGHT, nbf: 'now' } })],
    ['for another audience', () => mint(CLAIM, { claims: { ...RIGHT, aud: 'comet2' } })],
    ['for no audience', () => mint(CLAIM, { claims: { ...RIGHT, aud: undefined } })],
    ['from somebody else', () => mint(CLAIM, { claims: { ...RIGHT, iss: 'https://id.example.evil' } })],
    ['from nobody', () => mint(CLAIM, { claims: { ...RIGHT, iss: undefined } })],
    ['whose claim is a list', () => mint(['news'], { claims: RIGHT })],
    ['whose claim is a text', () => mint('news', { claims: RIGHT })],
    ['whose claim is null', () => mint(null, { claims: RIGHT })],
    ['whose keys are a text', () => mint({ read: 'news' }, { claims: RIGHT })],
    ['whose keys are an object', () => mint({ read: { 0: 'news', length: 1 } }, { claims: RIGHT })],
    ['with a key that is no text', () => mint({ read: ['news', 1] }, { claims: RIGHT })],
    ['with an empty key', () => mint({ read: ['news', ''] }, { claims: RIGHT })],
    ['with a control character', () => mint({ read: ['news', 'a\nb'] }, { claims: RIGHT })],
    ['with a list that is wrong elsewhere', () => mint({ ...CLAIM, push: [null] }, { claims: RIGHT })],
    ['with too many keys', () => mint({ read: ['news', ...Array(256).fill('k')] }, { claims: RIGHT })],
    ['whose mailbox is a list', () => mint({ ...CLAIM, mailbox: ['42'] }, { claims: RIGHT })],
    ['whose mailbox is a number', () => mint({ ...CLAIM, mailbox: 42 }, { claims: RIGHT })],
    ['whose mailbox is empty', () => mint({ ...CLAIM, mailbox: '' }, { claims: RIGHT })],
    ['that is a list', () => forge({ alg: 'HS256' }, '[]', TOKEN_SECRET)],
    ['that is no JSON', () => forge({ alg: 'HS256' }, '{', TOKEN_SECRET)],
    ['whose header is no JSON', () => forge('{', claims(), TOKEN_SECRET)],
    ['whose header is a list', () => forge('["HS256"]', claims(), TOKEN_SECRET)],
    ['longer than may be', () => mint(CLAIM, { claims: { ...RIGHT, jti: 'x'.repeat(8000) } })],
    ['of three dots', () => 'a..'],
  ])('%s is refused', async (_, make) => {
    expect(await ask(await make())).toEqual(INVALID);
  });

  it('that was changed anywhere is refused', async () => {
    const good = await mint(CLAIM, { claims: RIGHT });
    for (let index = 0; index < good.length; index += 7) {
      const other = good[index] === 'A' ? 'B' : 'A';
      const changed = `${good.slice(0, index)}${other}${good.slice(index + 1)}`;
      if (good[index] !== '.') expect([index, ...(await ask(changed))]).toEqual([index, ...INVALID]);
    }
    for (const changed of [`${good}=`, `${good}A`, good.slice(0, -1), `A${good}`, `${good}.`, `${good}.${good}`]) {
      expect((await ask(changed))[0]).toBe(401);
    }
    expect(await ask(good)).toEqual(GOOD);
  });

  it.each([
    ['long ago', -3600],
    ['some seconds ago', -6],
    ['in 1970', -seconds(0)],
  ])('that expired %s says so', async (_, expiresIn) => {
    expect(await ask(await mint(CLAIM, { claims: RIGHT, expiresIn }))).toEqual(EXPIRED);
  });

  it('that is refused is counted, and not quoted', async () => {
    const before = world.meters.refused.values.token;
    const token = await mint({ read: [7] }, { claims: RIGHT });
    const answer = await get(world.port, '/get?key=news', bearer(token));
    expect(answer.json()).toEqual({
      error_code: 21,
      error: 'TOKEN_INVALID',
      message: 'The token is not valid: its claim "comet.read" holds what is no name.',
    });
    expect(world.meters.refused.values.token).toBe(before + 1);
    expect(JSON.stringify(world.logged)).not.toContain(token.slice(0, 40));
  });

  it.each([
    ['nothing', {}],
    ['another scheme', { authorization: 'Basic bmV3czpuZXdz' }],
    ['an empty one', { authorization: 'Bearer ' }],
    ['what is no token', { authorization: 'Bearer news' }],
    ['an encrypted token', { authorization: 'Bearer a.b.c.d.e' }],
  ])('is asked for where there is %s', async (_, headers) => {
    const answer = await get(world.port, '/get?key=news', { headers });
    expect([answer.status, answer.json().error, answer.headers['www-authenticate']]).toEqual([
      401,
      'UNAUTHORIZED',
      'Bearer',
    ]);
  });

  it('in the query is none', async () => {
    const token = await mint(CLAIM, { claims: RIGHT });
    for (const name of ['token', 'access_token', 'authorization', 'jwt']) {
      expect((await get(world.port, `/get?key=news&timeout=0&${name}=${token}`)).status).toBe(401);
    }
  });
});
