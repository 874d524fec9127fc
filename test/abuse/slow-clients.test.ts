/**
 * Clients that send a byte every now and then, or nothing, hold a connection, and a body of a publish a place among those
 * under way. Each is cut after a while, and told so where something of a request had come.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { render, Wire } from '../http/wire.ts';
import { type Answer, post } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { AUTHORIZED, Target } from './target.ts';

const FORM = 'Content-Type: application/x-www-form-urlencoded';
/** Longer than a head may take (15 s), a whole request (30 s), and the rhythm in which that is looked at (5 s). */
const HEAD_MS = 30_000;
const REQUEST_MS = 50_000;
const BYTE_EVERY_MS = 500;

const HEADS = 40;
const SILENT = 10;
/** Each call that takes a body, and how one begins. */
const CALLS: readonly (readonly [string, string, string])[] = [
  ['/set', FORM, 'key=abuse:slow&value='],
  ['/batch', 'Content-Type: application/json', '[{"key":"abuse:slow","value":"'],
  ['/push', FORM, 'uid=slow&value='],
  ['/get', FORM, 'key=abuse:slow&_='],
  ['/', FORM, 'uid=slow&_='],
];
const BODIES_EACH = 4;
/** Three of the calls publish, and there is room for one more. */
const PUBLISHES = 3 * BODIES_EACH + 1;

describe('a client', () => {
  let target: Target;
  let heads: Wire[];
  let silent: Wire[];
  let bodies: Wire[];
  let trickle: NodeJS.Timeout;

  beforeAll(async () => {
    target = await Target.start({ flags: { 'max-publishes': PUBLISHES } });
    const open = (count: number) => Promise.all(Array.from({ length: count }, () => Wire.open(target.port)));
    [heads, silent, bodies] = await Promise.all([open(HEADS), open(SILENT), open(CALLS.length * BODIES_EACH)]);
    for (const wire of heads) wire.send('GET /get?key=slow HTTP/1.1\r\nHost: a\r\nX-Slow: ');
    for (const [index, wire] of bodies.entries()) {
      const [path, type, text] = CALLS[index % CALLS.length] as (typeof CALLS)[number];
      const length = isChunked(index) ? 'Transfer-Encoding: chunked' : 'Content-Length: 10000';
      wire.send(
        render(path, { method: 'POST', headers: [type, length, `Authorization: ${AUTHORIZED.authorization}`] }),
      );
      wire.send(isChunked(index) ? `${text.length.toString(16)}\r\n${text}\r\n` : text);
    }
    trickle = setInterval(() => {
      for (const wire of heads) if (!wire.ended) wire.send('x');
      for (const [index, wire] of bodies.entries()) if (!wire.ended) wire.send(isChunked(index) ? '1\r\nx\r\n' : 'x');
    }, BYTE_EVERY_MS);
  });
  afterAll(async () => {
    clearInterval(trickle);
    for (const wire of [...heads, ...silent, ...bodies]) wire.destroy();
    await target.stop();
  });

  function isChunked(index: number): boolean {
    return index % 2 === 1;
  }

  function open(wires: readonly Wire[]): number {
    return wires.filter((wire) => !wire.ended && !wire.closed).length;
  }

  async function cut(wires: readonly Wire[], timeout: number): Promise<void> {
    await until(() => open(wires) === 0, { timeout, interval: 100, message: 'every slow client to be cut' });
  }

  function publish(count: number): Promise<Answer> {
    const json = Array.from({ length: count }, (_, index) => ({ key: `abuse:place${index}`, value: 'v' }));
    return post(target.port, '/batch', { json, headers: AUTHORIZED });
  }

  it('that is slow holds up nobody else', async () => {
    expect((await publish(1)).status).toBe(200);
    const more = await publish(2);
    expect([open(bodies), more.status, more.json().error]).toEqual([bodies.length, 429, 'TOO_MANY_PUBLISHES']);
  });

  it('that is slow with a head, or says nothing, is cut', async () => {
    await cut([...heads, ...silent], HEAD_MS);
    for (const wire of heads) expect(wire.rest).toContain('The request did not arrive in time.');
    for (const wire of silent) expect(wire.rest).toBe('');
    expect(await target.refused('malformed')).toBe(HEADS);
    expect(open(bodies)).toBe(bodies.length);
  }, 40_000);

  it('that is slow with a body is cut, and holds no place of a publish any longer', async () => {
    await cut(bodies, REQUEST_MS);
    for (const wire of bodies) {
      expect(wire.rest.slice(0, 13)).toBe('HTTP/1.1 400 ');
      expect(wire.rest).toContain('The request did not arrive in time.');
    }
    expect(await target.refused('malformed')).toBe(HEADS + bodies.length);
    const placed = async () => (await publish(PUBLISHES)).status === 200;
    await until(placed, { interval: 50, message: 'every place to be free again' });
    await target.recovered();
  });
});
