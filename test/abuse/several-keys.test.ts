/** One request that names many keys: an event stream, and a poll of several. Each key costs as much as a poll of its own. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { render, Wire } from '../http/wire.ts';
import { type Answer, get, post } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { Target } from './target.ts';

const MOST = 100;
const WAITERS = 250;
const RESETS = 10_000;

describe('many keys in one request', () => {
  let target: Target;
  beforeAll(async () => {
    target = await Target.startSmall(64, { 'max-waiters': WAITERS, 'max-watched-keys': 1_000 });
  });
  afterAll(() => target.stop());

  function keys(count: number, prefix = 'abuse:s'): string {
    return Array.from({ length: count }, (_, index) => `key=${prefix}${index}`).join('&');
  }

  function byForm(body: string): Promise<Answer> {
    return post(target.port, '/get', { body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  }

  function waiters(): Promise<number> {
    return target.figure('comet_waiters');
  }

  it('are bounded, and none may come twice', async () => {
    const before = await target.refused('parameter');
    expect((await get(target.port, `/get?${keys(MOST)}&timeout=0`)).status).toBe(200);
    const refused = [
      await get(target.port, `/get?${keys(MOST + 1)}&timeout=0`),
      await get(target.port, `/events?${keys(MOST + 1)}`),
      await get(target.port, `/get?${keys(3)}&key=abuse:s1&timeout=0`),
      await get(target.port, `/events?${keys(3)}&key=abuse:s1`),
      await byForm(`${keys(1_500)}&timeout=0`),
      await byForm(`${'key=same&'.repeat(1_500)}timeout=0`),
    ];
    for (const answer of refused) {
      expect([answer.status, answer.json()]).toMatchObject([400, { error: 'PARAMETER_INVALID', parameter: 'key' }]);
    }
    expect((await byForm(`${keys(10_000)}&timeout=0`)).json().error).toBe('PARAMETER_INVALID');
    expect(await target.refused('parameter')).toBe(before + refused.length + 1);
    expect((await get(target.port, `/get?${keys(700)}`)).status).toBe(414);
  });

  it.each(['key&', 'key=%61&', 'after=1&', '%6bey=a&', 'key=%&', '=&', 'key=%ff&', '%=%&', '_&'])(
    'cannot stall a worker as a body full of "%s"',
    async (pair) => {
      const answer = await byForm(pair.repeat(Math.floor(262_144 / pair.length)));
      expect(answer.status).toBe(400);
      // Told as soon as they are too many, unless something else was wrong before.
      expect(answer.json().message).toMatch(/at most 2000 parameters|UTF-8|more than once/);
    },
  );

  it.each([
    ['too few', '0'],
    ['too many', '0,0,0,0'],
    ['a million', '0,'.repeat(3_000)],
    ['only commas too many', ',,,'],
    ['another separator', '0;0;0'],
    ['a space', '0, 0,0'],
    ['an encoded comma inside one', '0%2C0,0,0'],
    ['one that is none', '0,x,0'],
    ['a negative one', '0,-1-a,0'],
    ['one beyond what can be counted', '0,99999999999999999-a,0'],
    ['an epoch that is too long', `0,1-${'e'.repeat(41)},0`],
  ])('with positions that cannot be theirs are refused: %s', async (_, after) => {
    for (const path of ['/get', '/events']) {
      const answer = await get(target.port, `${path}?${keys(3)}&after=${after.replaceAll(' ', '%20')}&timeout=0`);
      expect([answer.status, answer.json().parameter]).toEqual([400, 'after']);
    }
    const headers = { 'last-event-id': after };
    expect((await get(target.port, `/events?${keys(3)}`, { headers })).status).toBe(400);
    expect(await waiters()).toBe(0);
  });

  it('count as a waiting request each: above the bound all of them are refused, and those before go on', async () => {
    const cursors = new Array<string>(MOST).fill('0').join(',');
    const poll = await Wire.open(target.port);
    poll.send(render(`/get?${keys(MOST, 'abuse:p')}&after=${cursors}`));
    const stream = await Wire.open(target.port);
    stream.send(render(`/events?${keys(MOST, 'abuse:e')}&after=${cursors}`));
    await until(async () => (await waiters()) === 2 * MOST);
    const before = await target.refused('waiters');
    for (const path of ['/get', '/events']) {
      const answer = await get(target.port, `${path}?${keys(MOST, 'abuse:more')}&after=${cursors}`);
      expect([answer.status, answer.json().error]).toEqual([503, 'TOO_MANY_WAITERS']);
      expect(answer.headers['retry-after']).toMatch(/^[1-5]$/);
    }
    expect(await waiters()).toBe(2 * MOST);
    expect(await target.refused('waiters')).toBe(before + 2);
    for (const key of ['abuse:p99', 'abuse:e99']) expect((await target.set(key, 'woken')).status).toBe(200);
    expect((await poll.answer()).json.moved).toMatchObject([{ key: 'abuse:p99', value: 'woken' }]);
    await until(() => stream.rest.includes('"value":"woken"'));
    for (const wire of [poll, stream]) wire.destroy();
    await target.recovered();
  });

  it('of clients that reset at once, 10,000 times, leave nothing', async () => {
    const cursors = '0,0,0,0,0';
    const requests = [render(`/events?${keys(5)}&after=${cursors}`), render(`/get?${keys(5)}&after=${cursors}`)];
    let left = RESETS;
    const attack = async () => {
      while (left-- > 0) {
        const kind = left % 4;
        const request = requests[kind % 2] as string;
        await new Promise<void>((resolve) => {
          const socket = connect(target.port, '127.0.0.1', () => {
            socket.write(request);
            // At once, or as soon as it is answered or waits.
            if (kind < 2) socket.resetAndDestroy();
            else setImmediate(() => socket.resetAndDestroy());
          });
          socket.once('error', () => resolve());
          socket.once('close', () => resolve());
        });
      }
    };
    await Promise.all(Array.from({ length: 40 }, attack));
    await until(async () => (await waiters()) === 0, { interval: 50 });
    await until(async () => (await target.figure('comet_streams')) === 0, { interval: 50 });
    expect(await target.figure('comet_keys_watched')).toBeLessThanOrEqual(1_000);
    await target.recovered();
  });
});
