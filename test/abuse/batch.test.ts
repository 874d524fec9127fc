/** A batch multiplies what one request may do, so whatever is wrong with a part of it stops all of it, early. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { render, Wire } from '../http/wire.ts';
import { type Answer, get, post } from '../support/http-client.ts';
import { AUTHORIZED, Target } from './target.ts';

const MOST = 1_000;
const BODY = 262_144;
/** A refusal of the largest body costs the worker less of its CPU. */
const REFUSED_MS = 1_000;

describe('a batch', () => {
  let target: Target;
  beforeAll(async () => {
    target = await Target.startSmall(64);
  });
  afterAll(() => target.stop());

  function send(body: string): Promise<Answer> {
    const headers = { ...AUTHORIZED, 'content-type': 'application/json' };
    return post(target.port, '/batch', { body, headers });
  }

  function sets(count: number, value = 'v'): { key: string; value: string }[] {
    return Array.from({ length: count }, (_, index) => ({ key: `abuse:b${index}`, value }));
  }

  async function refused(body: string, status: number, error: string, reason: string): Promise<Answer> {
    const before = await target.refused(reason);
    const start = await target.cpuMs();
    const answer = await send(body);
    expect([answer.status, answer.json().error]).toEqual([status, error]);
    expect((await target.cpuMs()) - start).toBeLessThan(REFUSED_MS);
    expect(await target.refused(reason)).toBe(before + 1);
    return answer;
  }

  it('of as many sets as it may have is taken, again and again; one more is refused whole', async () => {
    const most = JSON.stringify(sets(MOST));
    for (let round = 0; round < 5; round++) {
      expect((await send(most)).json()).toMatchObject({ error_code: 0, failed: 0 });
    }
    await refused(JSON.stringify(sets(MOST + 1, 'more')), 400, 'BODY_INVALID', 'parameter');
    expect((await get(target.port, '/get?key=abuse:b0&fresh=1')).json()).toMatchObject({ value: 'v' });
  });

  it('with one bad set anywhere writes none of the others', async () => {
    for (const place of [0, MOST / 2, MOST - 1]) {
      const some = sets(MOST, `bad at ${place}`);
      (some[place] as { key: string }).key = 'k'.repeat(513);
      const answer = await refused(JSON.stringify(some), 400, 'PARAMETER_INVALID', 'parameter');
      expect(answer.json().parameter).toBe(`[${place}].key`);
    }
    for (const key of ['abuse:b0', `abuse:b${MOST / 2}`, `abuse:b${MOST - 1}`]) {
      expect((await get(target.port, `/get?key=${key}&fresh=1`)).json()).toMatchObject({ value: 'v' });
    }
  });

  it.each([
    ['lists in lists', '['.repeat(BODY / 2) + ']'.repeat(BODY / 2)],
    ['lists that never end', '['.repeat(BODY)],
    ['objects in objects', `[${'{"key":'.repeat(BODY / 16)}1${'}'.repeat(BODY / 16)}]`],
    ['a list in a value', `[{"key":"a","value":${'['.repeat(BODY / 4)}${']'.repeat(BODY / 4)}}]`],
    ['empty sets', `[${'{},'.repeat(BODY / 4)}{}]`],
    ['members that it does not know', `[{${'"a":"","b":"",'.repeat(BODY / 16)}"key":"","value":""}]`],
    ['quotes', `[{"key":"a","value":"${'\\"'.repeat(BODY / 2 - 100)}"}]`],
    ['spaces between everything', `[{"key"${' '.repeat(BODY / 2)}:${' '.repeat(BODY / 3)}"a"}]`],
    ['a prototype', '[{"__proto__":{"key":"a"},"key":"a","value":"v"}]'],
    ['a number that is none', '[{"key":"a","value":1e999}]'],
    ['a byte order mark and nothing', '\ufeff'],
    ['names that come twice', `[{${'"key":"a",'.repeat(BODY / 16)}"value":"v"}]`],
  ])('cannot stall a worker with %s', async (_, body) => {
    const start = await target.cpuMs();
    const answer = await send(body);
    expect(answer.status).toBe(400);
    expect(['BODY_INVALID', 'PARAMETER_INVALID', 'PARAMETER_MISSING', 'PARAMETER_REPEATED']).toContain(
      answer.json().error,
    );
    expect((await target.cpuMs()) - start).toBeLessThan(REFUSED_MS);
  });

  it('that is too large is refused before it is read, in one piece or in chunks', async () => {
    await refused(`[${' '.repeat(BODY)}]`, 413, 'BODY_TOO_LARGE', 'body_size');
    const wire = await Wire.open(target.port);
    const headers = [`Authorization: ${AUTHORIZED.authorization}`, 'Content-Type: application/json'];
    wire.send(render('/batch', { method: 'POST', headers: [...headers, 'Transfer-Encoding: chunked'] }));
    wire.send(`${(BODY + 2).toString(16)}\r\n${' '.repeat(BODY + 2)}\r\n`);
    expect((await wire.answer()).status).toBe(413);
    await wire.end();
    wire.destroy();
  });

  it('of somebody without the key is not read at all', async () => {
    const before = await target.refused('authorization');
    const wire = await Wire.open(target.port);
    const headers = ['Content-Type: application/json', `Content-Length: ${BODY}`];
    wire.send(render('/batch', { method: 'POST', headers }));
    expect((await wire.answer()).status).toBe(401);
    wire.destroy();
    expect(await target.refused('authorization')).toBe(before + 1);
    await target.recovered();
  });
});
