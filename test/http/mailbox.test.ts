import { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { ClientAddress } from '../../src/http/access/client-address.ts';
import { CometResponse } from '../../src/http/answer/comet-response.ts';
import { Cors } from '../../src/http/answer/cors.ts';
import { Responder } from '../../src/http/answer/responder.ts';
import { MailboxRequest } from '../../src/http/endpoints/mailbox-request.ts';
import { CometRequest } from '../../src/http/request/comet-request.ts';
import { Meters } from '../../src/metrics/meters.ts';
import { signMailbox } from '../../src/sign.ts';
import { get, post } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { render, Wire } from './wire.ts';
import { AUTHORIZED, configure, SIGN_SECRET, World } from './world.ts';

const OLDER_SECRET = 'an-older-sign-secret-of-the-tests';

/** The query that opens a mailbox. */
function signed(uid: string, { secret = SIGN_SECRET, expires = soon() } = {}): string {
  const sign = signMailbox(secret, uid, expires);
  return `uid=${encodeURIComponent(uid)}&sign=${sign}${expires === '' ? '' : `&expires=${expires}`}`;
}

function soon(): string {
  return String(Math.ceil(Date.now() / 1000) + 60);
}

describe('mailboxes', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start({ signSecret: [SIGN_SECRET, OLDER_SECRET] });
  });
  afterAll(() => world.stop());

  it.each([
    ['{"a":1, "b" : "ü"}', 'application/json; charset=utf-8'],
    ['  12e1 ', 'application/json; charset=utf-8'],
    ['"text"', 'application/json; charset=utf-8'],
    ['plain ü text', 'text/plain; charset=utf-8'],
    ['{"cut":', 'text/plain; charset=utf-8'],
    ['<script>alert(1)</script>', 'text/plain; charset=utf-8'],
    ['', 'text/plain; charset=utf-8'],
  ])('gives the message %p as it is, as %s', async (message, type) => {
    await push('box:raw', message);
    const answer = await get(world.port, `/?${signed('box:raw')}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toBe(message);
    expect(answer.headers).toMatchObject({
      'content-type': type,
      'content-length': String(Buffer.byteLength(message)),
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
  });

  it.each([
    ['{"a": "\u2028"}', 'f({"a":"\\u2028"});'],
    ['null', 'f(null);'],
    ['alert(1)', 'f("alert(1)");'],
    ['{"a":1}); alert(1', 'f("{\\"a\\":1}); alert(1");'],
    ['{"__proto__":{"a":1}}', 'f(JSON.parse("{\\"__proto__\\":{\\"a\\":1}}"));'],
    ['[{"\\u005f_proto__" : "\u2028"}]', 'f(JSON.parse("[{\\"__proto__\\":\\"\\u2028\\"}]"));'],
  ])('embeds %p in a script as JSON', async (message, call) => {
    await push('box:script', message);
    const answer = await get(world.port, `/?${signed('box:script')}&jsonCallback=f`);
    expect(answer.body).toBe(`/**/${call}`);
    expect(answer.headers['content-type']).toBe('application/javascript; charset=utf-8');
  });

  it('is a text of its own in a call where it is nested too deeply to be written anew', async () => {
    const message = '['.repeat(20_000) + ']'.repeat(20_000);
    await push('box:deep', message);
    const answer = await get(world.port, `/?${signed('box:deep')}&jsonCallback=f`);
    expect(answer.body).toBe(`/**/f("${message}");`);
  });

  it('waits for a message, by GET and by POST', async () => {
    const uid = 'box:ü wait';
    const [, sign = '', expires = ''] = /sign=(.*)&expires=(.*)/.exec(signed(uid)) ?? [];
    const polls = [get(world.port, `/?${signed(uid)}`), post(world.port, '/', { form: { uid, sign, expires } })];
    await until(() => world.meters.waiters === 2);
    await push(uid, 'one');
    await push(uid, 'two');
    const bodies = (await Promise.all(polls)).map((answer) => answer.body);
    expect(bodies.sort()).toEqual(['one', 'two']);
  });

  it('stops after its longest wait, and at its own time-out before', async () => {
    // A world of its own: where waits are so short, who waits for a message may be stopped before it comes.
    const hasty = await World.start({ mailboxWaitMin: 0.05, mailboxWaitMax: 0.1 });
    const poll = async (query: string) => (await get(hasty.port, `/?${signed('box:end')}${query}`)).json();
    expect(await poll('')).toEqual({ stop: 1 });
    expect(await poll('&ack=')).toEqual({ error_code: 1, stop: 1 });
    const { timeout } = hasty.meters.polls.values;
    expect(await poll('&timeout=0')).toEqual({ error_code: 1 });
    expect(await poll('&timeout=0&ack=')).toEqual({ error_code: 1 });
    expect(hasty.meters.polls.values.timeout - timeout).toBe(2);
    await hasty.stop();
  });

  it('gives a message again until it is acknowledged', async () => {
    await push('box:ack', '{"n":1}');
    await push('box:ack', 'two');
    const poll = async (ack: string) =>
      (await get(world.port, `/?${signed('box:ack')}&timeout=0&ack=${ack}`)).json<{ id: string }>();
    const first = await poll('');
    expect(first).toEqual({ error_code: 0, id: expect.any(String), value: '{"n":1}' });
    expect(await poll('')).toMatchObject({ value: '{"n":1}' });
    const again = await poll('');
    const second = await poll(again.id);
    expect(second).toMatchObject({ error_code: 0, value: 'two' });
    expect(await poll(second.id)).toEqual({ error_code: 1 });
  });

  it('loses no message on a client that went away', async () => {
    const wire = await Wire.open(world.port);
    wire.send(render(`/?${signed('box:gone')}`));
    await until(() => world.meters.waiters === 1);
    wire.destroy();
    await push('box:gone', 'kept');
    expect((await get(world.port, `/?${signed('box:gone')}`)).body).toBe('kept');
    await until(() => world.meters.waiters === 0);
  });

  it.each([
    ['no uid', () => `sign=${'0'.repeat(64)}&expires=${soon()}`],
    ['an empty uid', () => signed('')],
    ['an over-long uid', () => signed('u'.repeat(129))],
    ['a control character in the uid', () => signed('a\u0000b')],
    ['no sign', () => `uid=box:bad&expires=${soon()}`],
    ['a sign that is no sign', () => `uid=box:bad&sign=x&expires=${soon()}`],
    ['a sign of another uid', () => signed('box:good').replace('good', 'bad')],
    ['a sign of another time', () => `${signed('box:bad')}0`],
    ['a sign with another secret', () => signed('box:bad', { secret: 'a-secret-of-somebody-else' })],
    ['a sign that is past', () => signed('box:bad', { expires: String(Math.floor(Date.now() / 1000) - 1) })],
    ['a sign without a time', () => signed('box:bad', { expires: '' })],
    ['a sign of a time that is none', () => signed('box:bad', { expires: '1e12' })],
  ])('tells nothing about %s', async (_, query) => {
    const { sign } = world.meters.refused.values;
    const answer = await get(world.port, `/?timeout=0&${query()}`);
    expect(answer.status).toBe(404);
    expect(answer.body).toBe(
      '{"error_code":40,"error":"NOT_FOUND","message":"No mailbox for this request: uid, sign or expires is missing, wrong or past."}',
    );
    expect(world.meters.refused.values.sign - sign).toBe(1);
  });

  it.each([
    ['timeout=-1', 'timeout'],
    [`ack=${'a'.repeat(129)}`, 'ack'],
    ['jsonCallback=1', 'jsonCallback'],
  ])('names what is wrong with %s', async (query, parameter) => {
    const answer = await get(world.port, `/?${signed('box:bad')}&${query}`);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: 'PARAMETER_INVALID', parameter });
  });

  it('takes the secrets of before too', async () => {
    const answer = await get(world.port, `/?${signed('box:old', { secret: OLDER_SECRET })}&timeout=0`);
    expect(answer.json()).toEqual({ error_code: 1 });
  });

  async function push(uid: string, value: string): Promise<void> {
    const answer = await post(world.port, '/push', { form: { uid, value }, headers: AUTHORIZED });
    expect(answer.json()).toEqual({ error_code: 0 });
  }
});

describe('a mailbox poll on a connection that has just ended', () => {
  it('does not take the message', () => {
    const request = new CometRequest(new Socket());
    const res = new CometResponse(request);
    const log = pino({ level: 'silent' });
    const meters = new Meters();
    const config = configure();
    const options = { ...config, meters, log, cors: new Cors([]), addresses: new ClientAddress([]) };
    const poll = new MailboxRequest({ config, meters, responder: new Responder(options) }, res, null, 1000);
    expect(poll.onMessage('kept', null)).toBe(false);
    expect(meters.polls.values).toMatchObject({ gone: 1, value: 0 });
    expect(meters.deliveries).toBe(0);
  });
});

describe('who may poll a mailbox', () => {
  it('takes a sign without a time where that is configured', async () => {
    const world = await World.start({ signWithoutExpires: true });
    const poll = async (query: string) => (await get(world.port, `/?timeout=0&${query}`)).status;
    expect(await poll(signed('box:old', { expires: '' }))).toBe(200);
    expect(await poll(`${signed('box:old', { expires: '' })}&expires=`)).toBe(200);
    expect(await poll(signed('box:old', { expires: '1' }))).toBe(404);
    await world.stop();
  });

  it('is nobody where there is no secret, and publishing is closed without a key', async () => {
    const closed = await World.start({ signSecret: [] });
    expect((await get(closed.port, `/?${signed('box:closed')}&timeout=0`)).status).toBe(404);
    await closed.stop();
    const open = await World.start({ publishKey: [] });
    expect((await get(open.port, `/?${signed('box:closed')}&timeout=0`)).status).toBe(200);
    expect((await post(open.port, '/push', { form: { uid: 'a', value: 'b' }, headers: AUTHORIZED })).status).toBe(401);
    await open.stop();
  });
});
