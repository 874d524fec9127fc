/** Who has no key stays outside, whatever the request looks like. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signMailbox } from '../../src/sign.ts';
import { render, Wire } from '../http/wire.ts';
import { CometProcess } from '../support/comet-process.ts';
import { get, post } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { AUTHORIZED, PUBLISH_KEY, SIGN_SECRET, Target } from './target.ts';

const NOW = Math.floor(Date.now() / 1000);
const LATER = String(NOW + 600);

describe('without the key', () => {
  let target: Target;
  beforeAll(async () => {
    target = await Target.start({ flags: { 'cors-origin': 'https://good.example' } });
    await target.set('abuse:kept', 'mine');
    await post(target.port, '/push', { form: { uid: '12', value: 'secret' }, headers: AUTHORIZED });
  });
  afterAll(() => target.stop());

  it.each([
    ['nothing', []],
    ['no token', ['Authorization: Bearer']],
    ['an empty token', ['Authorization: Bearer ']],
    ['a wrong one', [`Authorization: Bearer ${PUBLISH_KEY}x`]],
    ['the beginning', [`Authorization: Bearer ${PUBLISH_KEY.slice(0, -1)}`]],
    ['other case', [`Authorization: Bearer ${PUBLISH_KEY.toUpperCase()}`]],
    ['the sign secret', [`Authorization: Bearer ${SIGN_SECRET}`]],
    ['another scheme', [`Authorization: Basic ${PUBLISH_KEY}`]],
    ['no scheme', [`Authorization: ${PUBLISH_KEY}`]],
    ['a list', [`Authorization: Bearer x, Bearer ${PUBLISH_KEY}`]],
    ['the key behind a wrong one', ['Authorization: Bearer x', `Authorization: Bearer ${PUBLISH_KEY}`]],
    ['quotes', [`Authorization: Bearer "${PUBLISH_KEY}"`]],
    ['a cookie', [`Cookie: authorization=Bearer ${PUBLISH_KEY}`]],
    ['another field', [`X-Authorization: Bearer ${PUBLISH_KEY}`, `Proxy-Authorization: Bearer ${PUBLISH_KEY}`]],
  ])('publishing is refused: %s', async (_, lines) => {
    for (const path of ['/set', '/delete', '/push']) {
      const headers = ['Content-Type: application/x-www-form-urlencoded', ...lines];
      const query = `?authorization=${encodeURIComponent(`Bearer ${PUBLISH_KEY}`)}`;
      const body = 'key=abuse:kept&uid=12&value=theirs';
      const answer = await Wire.ask(target.port, render(path + query, { method: 'POST', headers, body }));
      expect([answer.status, answer.json.error]).toEqual([401, 'UNAUTHORIZED']);
    }
    expect((await get(target.port, '/get?key=abuse:kept&fresh=1')).json().value).toBe('mine');
  });

  const good = signMailbox(SIGN_SECRET, '12', LATER);
  it.each([
    ['no sign', { uid: '12', expires: LATER }],
    ['an empty sign', { uid: '12', expires: LATER, sign: '' }],
    ['a cut sign', { uid: '12', expires: LATER, sign: good.slice(0, -1) }],
    ['a longer sign', { uid: '12', expires: LATER, sign: `${good}00` }],
    ['another uid', { uid: '13', expires: LATER, sign: good }],
    ['a later time', { uid: '12', expires: String(NOW + 601), sign: good }],
    ['the time as another text', { uid: '12', expires: `0${LATER}`, sign: good }],
    ['the time with a sign', { uid: '12', expires: `+${LATER}`, sign: good }],
    ['a time that is over', { uid: '12', expires: '1', sign: signMailbox(SIGN_SECRET, '12', '1') }],
    ['no time', { uid: '12', sign: signMailbox(SIGN_SECRET, '12', '') }],
    ['an empty time', { uid: '12', expires: '', sign: signMailbox(SIGN_SECRET, '12', '') }],
    ['a time of letters', { uid: '12', expires: 'never', sign: signMailbox(SIGN_SECRET, '12', 'never') }],
    ['no uid', { expires: LATER, sign: signMailbox(SIGN_SECRET, '', LATER) }],
    ['digits moved from the time to the uid', { uid: `12${LATER.slice(0, 1)}`, expires: LATER.slice(1), sign: good }],
    ['digits moved from the uid to the time', { uid: '1', expires: `2${LATER}`, sign: good }],
    ['the separator in the uid', { uid: `12\0${LATER}`, expires: '', sign: good }],
    ['the separator in the time', { uid: '1', expires: `2\0${LATER}`, sign: good }],
    ['a sign by the publish key', { uid: '12', expires: LATER, sign: signMailbox(PUBLISH_KEY, '12', LATER) }],
    ['a sign for another program', { uid: '12', expires: LATER, sign: signMailbox(`${SIGN_SECRET} `, '12', LATER) }],
  ])('mailboxes answer the same 404: %s', async (_, parameters) => {
    const query = new URLSearchParams({ ...parameters, timeout: '0' } as Record<string, string>);
    const missing = await get(target.port, '/?timeout=0');
    const answer = await get(target.port, `/?${query}`);
    expect([answer.status, answer.body]).toEqual([404, missing.body]);
  });

  it('a sign opens its own mailbox, whose message is still there', async () => {
    expect((await get(target.port, `/?uid=12&expires=${LATER}&sign=${good}`)).body).toBe('secret');
  });

  it.each(['https://good.example.evil.example', 'https://evil.example', 'null', 'https://GOOD.example', ''])(
    'pages of "%s" may not read answers',
    async (origin) => {
      for (const method of ['GET', 'OPTIONS']) {
        const headers = { origin, 'access-control-request-method': 'POST' };
        const answer = await get(target.port, '/get?key=abuse:kept', { method, headers });
        expect(answer.headers['access-control-allow-origin']).toBeUndefined();
        expect(answer.headers.vary).toContain('Origin');
      }
    },
  );

  it.each([
    'alert(1)//',
    'a;b',
    'a b',
    'a[0]',
    '<script>',
    'a\u2028',
    'a%0d%0aX: y',
    '../a',
    'a()',
    '',
    'é',
    `${'a'.repeat(129)}`,
  ])('a callback cannot be "%s"', async (callback) => {
    const answer = await get(target.port, `/get?key=abuse:kept&jsonCallback=${encodeURIComponent(callback)}`);
    expect([answer.status, answer.headers['content-type']]).toEqual([400, 'application/json; charset=utf-8']);
  });

  it('what a message holds never becomes script', async () => {
    const message = '</script><script>alert(1)</script>\u2028);alert(1);//';
    await post(target.port, '/push', { form: { uid: '12', value: message }, headers: AUTHORIZED });
    const answer = await get(target.port, `/?uid=12&expires=${LATER}&sign=${good}&jsonCallback=f`);
    expect(answer.headers['content-type']).toBe('application/javascript; charset=utf-8');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(JSON.parse(/^\/\*\*\/f\((.*)\);$/.exec(answer.body)?.[1] ?? '')).toBe(message);
    expect(answer.body).not.toMatch(/\u2028/);
  });
});

describe('keys are changed without a restart', () => {
  it('by SIGHUP: first both, then the new one alone', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'comet-abuse-'));
    const file = join(dir, 'comet.json');
    const [oldKey, newKey] = ['old-key-of-the-abuse-tests', 'new-key-of-the-abuse-tests'];
    const write = (keys: string[]) => writeFile(file, JSON.stringify({ 'publish-key': keys, 'sign-secret': keys }));
    await write([oldKey]);
    const comet = await CometProcess.start({
      workers: 1,
      flags: { 'drain-seconds': 0.5 },
      env: { COMET_CONFIG: file },
    });
    const accepts = async (key: string) => {
      const headers = { authorization: `Bearer ${key}` };
      const { status } = await post(comet.port(), '/set', { form: { key: 'abuse:rotated', value: 'v' }, headers });
      const expires = String(NOW + 600);
      const query = new URLSearchParams({ uid: '1', expires, sign: signMailbox(key, '1', expires), timeout: '0' });
      return [status, (await get(comet.port(), `/?${query}`)).status];
    };
    // And by the new worker alone: the old one refuses polls while it drains.
    const until_ = async (key: string, expected: number[]) => {
      await until(async () => String(await accepts(key)) === String(expected), { interval: 50, timeout: 15_000 });
      await until(async () => (await comet.workerPids()).length === 1, { message: 'the old worker to end' });
    };
    try {
      expect([await accepts(oldKey), await accepts(newKey)]).toEqual([
        [200, 200],
        [401, 404],
      ]);
      await write([newKey, oldKey]);
      comet.signal('SIGHUP');
      await until_(newKey, [200, 200]);
      expect(await accepts(oldKey)).toEqual([200, 200]);
      await write([newKey]);
      comet.signal('SIGHUP');
      await until_(oldKey, [401, 404]);
      expect(await accepts(newKey)).toEqual([200, 200]);
    } finally {
      await comet.stop();
      await rm(dir, { recursive: true });
    }
  });
});
