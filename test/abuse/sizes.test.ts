/** At each bound on the size of something the refusal is clean and counted, and whoever was there before it goes on. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { render, Wire } from '../http/wire.ts';
import { get, post } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { AUTHORIZED, refusedAs, Target } from './target.ts';

const KEYS = 3;
const SETS = 4;
const MESSAGES = 60;
const HEAD_BYTES = 8_192;
const URL_BYTES = 2_048;
const EMBEDDED_BYTES = 2 * 1024 * 1024;

describe('at the bound on', () => {
  let target: Target;
  beforeAll(async () => {
    target = await Target.start({
      flags: {
        'max-keys-per-listener': KEYS,
        'max-batch-sets': SETS,
        'max-mailbox-length': MESSAGES,
        'max-header-bytes': HEAD_BYTES,
        'max-url-bytes': URL_BYTES,
        'embedded-max-bytes': EMBEDDED_BYTES,
      },
    });
  });
  afterAll(() => target.stop());

  it('keys of one request', async () => {
    const keys = Array.from({ length: KEYS }, (_, index) => `key=abuse:of${index}`).join('&');
    const before = await target.refused('parameter');
    for (const path of ['/get', '/events']) {
      refusedAs(await get(target.port, `${path}?${keys}&key=abuse:more`), 'PARAMETER_INVALID');
    }
    expect(await target.refused('parameter')).toBe(before + 2);
    const wire = await Wire.open(target.port);
    wire.send(render(`/get?${keys}&after=0,0,0`));
    await until(async () => (await target.figure('comet_waiters')) === KEYS);
    await target.set('abuse:of2', 'v');
    expect((await wire.answer()).json.moved).toMatchObject([{ key: 'abuse:of2', value: 'v' }]);
    wire.destroy();
    await target.recovered();
  });

  it('sets of a batch', async () => {
    const sets = Array.from({ length: SETS + 1 }, (_, index) => ({ key: `abuse:set${index}`, value: 'v' }));
    const before = await target.refused('parameter');
    refusedAs(await post(target.port, '/batch', { json: sets, headers: AUTHORIZED }), 'BODY_INVALID');
    expect(await target.refused('parameter')).toBe(before + 1);
    expect((await get(target.port, '/get?key=abuse:set0&timeout=0')).json()).toMatchObject({ error_code: 1 });
    const taken = await post(target.port, '/batch', { json: sets.slice(1), headers: AUTHORIZED });
    expect(taken.json()).toMatchObject({ error_code: 0, failed: 0 });
  });

  it('fields of a head, its bytes, and those of a URL', async () => {
    const before = [await target.refused('header_size'), await target.refused('url_size')];
    const fields = Array.from({ length: 300 }, (_, index) => `X-${index}: y`);
    const asked = [
      await Wire.ask(target.port, render('/healthz', { headers: fields })),
      await Wire.ask(target.port, render('/healthz', { headers: [`X-Long: ${'y'.repeat(HEAD_BYTES)}`] })),
      await Wire.ask(target.port, render(`/get?key=${'k'.repeat(URL_BYTES)}`)),
    ];
    expect(asked.map(({ status }) => status)).toEqual([431, 431, 414]);
    expect(await target.refused('header_size')).toBe((before[0] as number) + 2);
    expect(await target.refused('url_size')).toBe((before[1] as number) + 1);
    expect((await get(target.port, `/healthz?${'x'.repeat(URL_BYTES - 100)}`)).status).toBe(200);
  });

  it('a uid and a message', async () => {
    const push = (uid: string, value: string) =>
      post(target.port, '/push', { form: { uid, value }, headers: AUTHORIZED });
    const before = [await target.refused('parameter'), await target.refused('sign')];
    refusedAs(await push('u'.repeat(129), 'm'), 'PARAMETER_INVALID');
    refusedAs(await push('u', 'm'.repeat(65_537)), 'PARAMETER_INVALID');
    // Who polls is not told what is wrong.
    expect((await get(target.port, target.mailbox('u'.repeat(129), '&timeout=0'))).status).toBe(404);
    expect((await get(target.port, target.mailbox('u', `&timeout=0&ack=${'a'.repeat(129)}`))).status).toBe(400);
    expect(await target.refused('parameter')).toBe((before[0] as number) + 3);
    expect(await target.refused('sign')).toBe((before[1] as number) + 1);
    expect((await push('u'.repeat(128), 'm'.repeat(65_536))).status).toBe(200);
    expect((await get(target.port, target.mailbox('u'.repeat(128), '&timeout=0'))).body).toHaveLength(65_536);
  });

  it('messages of a mailbox', async () => {
    const push = (uid: string) => post(target.port, '/push', { form: { uid, value: 'm' }, headers: AUTHORIZED });
    const before = await target.refused('mailbox_length');
    for (let count = 0; count < MESSAGES; count++) expect((await push('full')).status).toBe(200);
    refusedAs(await push('full'), 'MAILBOX_FULL');
    expect(await target.refused('mailbox_length')).toBe(before + 1);
    // Other mailboxes have room, and what is fetched makes some.
    expect((await push('roomy')).status).toBe(200);
    expect((await get(target.port, target.mailbox('full', '&timeout=0'))).body).toBe('m');
    expect((await push('full')).status).toBe(200);
    refusedAs(await push('full'), 'MAILBOX_FULL');
  });

  it('what the embedded engine holds, messages that nobody fetches above all', async () => {
    const message = 'm'.repeat(60_000);
    const push = () => post(target.port, '/push', { form: { uid: 'heap', value: message }, headers: AUTHORIZED });
    let pushed = 0;
    let answer = await push();
    for (; answer.status === 200; answer = await push()) pushed++;
    expect(pushed).toBeLessThan(EMBEDDED_BYTES / message.length);
    refusedAs(answer, 'ENGINE_FULL');
    expect(await target.refused('engine')).toBeGreaterThan(0);
    // Those who wait go on, and what is fetched makes room.
    const wire = await Wire.open(target.port);
    wire.send(render('/get?key=abuse:room&after=0'));
    await until(async () => (await target.figure('comet_waiters')) === 1);
    for (let count = 0; count < pushed; count++) {
      expect((await get(target.port, target.mailbox('heap', '&timeout=0'))).body).toBe(message);
    }
    expect((await target.set('abuse:room', 'v')).status).toBe(200);
    expect((await wire.answer()).json).toMatchObject({ value: 'v' });
    wire.destroy();
    await target.recovered();
  });

  it.each([
    ['a key', { key: 'k'.repeat(513), value: 'v' }, 'PARAMETER_INVALID', 'parameter'],
    ['a value', { key: 'k', value: 'v'.repeat(65_537) }, 'PARAMETER_INVALID', 'parameter'],
    ['an id', { key: 'k', value: 'v', id: 'i'.repeat(129) }, 'PARAMETER_INVALID', 'parameter'],
    ['a body', { key: 'k', value: 'v', _: 'x'.repeat(262_144) }, 'BODY_TOO_LARGE', 'body_size'],
  ] as const)('%s', async (_, form, code, reason) => {
    const before = await target.refused(reason);
    refusedAs(await post(target.port, '/set', { form, headers: AUTHORIZED }), code);
    expect(await target.refused(reason)).toBe(before + 1);
    await target.recovered();
  });
});
