/**
 * Requests that nobody would send, made from a seed: each is answered with a success or an error of the catalogue, or
 * its connection is closed. `FUZZ_SEED` repeats a run, `FUZZ_REQUESTS` makes it shorter or longer.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CATALOGUE } from '../../src/errors.ts';
import { Wire, type WireAnswer } from '../http/wire.ts';
import { get, post } from '../support/http-client.ts';
import { AUTHORIZED, Target } from './target.ts';

const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 100_000);
/** Sent ahead together, as many as one connection may. */
const BATCH = 12;
const CONNECTIONS = 16;

const NUMBERS = new Map<unknown, number>(Object.values(CATALOGUE).map(({ number, status }) => [number, status]));

/** Of every byte, of every plane of Unicode, or of what the protocol itself is made of. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('a', '0', '1', '', '-1', '1e9', 'NaN', '%', '%00', '1-abc', '99999999999999999999', '__proto__'),
);
const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('key', 'value', 'after', 'all', 'fresh', 'uid', 'sign', 'expires', 'ack') },
  { weight: 2, arbitrary: fc.constantFrom('ttl', 'id', 'jsonCallback', 'constructor', 'toString') },
  { weight: 1, arbitrary: text },
);
const encoded = text.map((raw) => encodeURIComponent(whole(raw)));
const sloppy = text.map((raw) => raw.replace(/[^\x21-\x7e]|[#]/g, '+'));
const pair = fc.tuple(
  name.map((raw) => encodeURIComponent(whole(raw))),
  fc.oneof(encoded, sloppy),
);
const pairs = fc.array(pair, { maxLength: 6 }).map((all) => all.map((each) => each.join('=')).join('&'));
const path = fc.constantFrom(
  '/get',
  '/get',
  '/get',
  '/',
  '/set',
  '/delete',
  '/push',
  '/healthz',
  '/readyz',
  '/no',
  '*',
);
const field = fc.oneof(
  fc.constantFrom(`Authorization: ${AUTHORIZED.authorization}`, 'Authorization: Bearer x', 'Origin: null', 'Expect: x'),
  fc.constantFrom('Content-Encoding: gzip', 'X-Forwarded-For: ::1, x', 'Accept: text/event-stream', 'Cookie: a=b'),
  text.map((raw) => `X-Fuzz: ${raw.replace(/[^\x20-\x7e]/g, '?')}`),
);
const body = fc.oneof(
  fc.tuple(fc.constant('application/x-www-form-urlencoded'), pairs),
  fc.tuple(
    fc.constant('application/json'),
    fc.dictionary(name, text).map((value) => JSON.stringify(value)),
  ),
  fc.tuple(fc.constant('application/json'), fc.json({ maxDepth: 3 })),
  fc.tuple(fc.constantFrom('application/json', 'text/plain', 'application/x-www-form-urlencoded; charset=x'), text),
);

/** A request as bytes. None waits: `timeout=0` stands first in every query. */
const request = fc
  .record({
    method: fc.constantFrom('GET', 'GET', 'GET', 'POST', 'POST', 'POST', 'PUT', 'OPTIONS', 'DELETE', 'PATCH'),
    path,
    query: pairs,
    fields: fc.array(field, { maxLength: 3 }),
    body: fc.option(body),
  })
  .map(({ method, path: target, query, fields, body: given }) => {
    const bytes = Buffer.from(given === null || method === 'GET' ? '' : given[1]);
    const type = given === null || method === 'GET' ? [] : [`Content-Type: ${given[0]}`];
    const url = target === '*' ? '*' : `${target}?timeout=0&${query}`;
    const head = [`${method} ${url} HTTP/1.1`, 'Host: a', ...fields, ...type, `Content-Length: ${bytes.length}`];
    return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
  });

/** Bytes of a request, some of them changed, doubled, left out or cut off. */
const broken = fc
  .tuple(request, fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.nat(3)), { minLength: 1, maxLength: 4 }))
  .map(([bytes, changes]) => {
    let result: Uint8Array = bytes;
    for (const [where, byte, how] of changes) {
      const at = where % (result.length + 1);
      const [before, after] = [result.subarray(0, at), result.subarray(at)];
      if (how === 0) result = Buffer.concat([before, Buffer.of(byte), after.subarray(1)]);
      else if (how === 1) result = Buffer.concat([before, Buffer.of(byte), after]);
      else if (how === 2) result = Buffer.concat([before, after.subarray(1 + (byte % 8))]);
      else result = before;
    }
    return Buffer.from(result);
  });

/** The text with U+FFFD for each half of a surrogate pair: those have no UTF-8. */
function whole(raw: string): string {
  return Buffer.from(raw).toString();
}

function check(answer: WireAnswer): void {
  const { error_code: code } = answer.json;
  const known = answer.status === 200 || answer.status === 204 || NUMBERS.get(code) === answer.status;
  if (!known || answer.status === 500) throw new Error(`unknown answer ${answer.status} ${answer.body}`);
}

describe('random requests', () => {
  let target: Target;
  beforeAll(async () => {
    target = await Target.start({ flags: { 'linger-seconds': 0, 'embedded-max-bytes': 16 * 1024 * 1024 } });
  });
  afterAll(() => target.stop());

  it('of every byte come back as keys and values, or are refused', async () => {
    for (let first = 0; first < 256; first++) {
      const bytes = Buffer.of(0x61, first, 0x62);
      const value = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
      const body = `key=bytes${value}&value=${value}`;
      const headers = { ...AUTHORIZED, 'content-type': 'application/x-www-form-urlencoded' };
      const written = await post(target.port, '/set', { body, headers });
      const isText = first >= 0x20 && first < 0x7f;
      expect([first, written.status]).toEqual([first, isText ? 200 : 400]);
      if (!isText) continue;
      const read = (await get(target.port, `/get?key=bytes${value}`)).json();
      expect([read.key, read.value]).toEqual([`bytes${bytes}`, bytes.toString()]);
    }
    // As a value each of the first half is text, control characters too.
    const all = String.fromCharCode(...Array.from({ length: 128 }, (_, byte) => byte));
    await target.set('bytes:all', `${all}\u0085\u2028\u2029\ud7ff\ue000\uffff\u{10ffff}`);
    const answer = (await get(target.port, '/get?key=bytes:all&jsonCallback=f')).body;
    // What ends a line or a text in a script: DEL and U+0085 do not.
    expect([...answer].filter((each) => each < ' ' || each === '\u2028' || each === '\u2029')).toEqual([]);
    expect(JSON.parse(answer.slice('/**/f('.length, -2)).value).toBe(
      `${all}\u0085\u2028\u2029\ud7ff\ue000\uffff\u{10ffff}`,
    );
  });

  it(`${REQUESTS} of seed ${SEED}: a known success or error each`, async () => {
    const batches = fc.sample(fc.infiniteStream(request), { numRuns: CONNECTIONS, seed: SEED });
    const statuses = new Map<number, number>();
    let left = REQUESTS;
    await Promise.all(
      batches.map(async (stream) => {
        let wire = await Wire.open(target.port);
        while (left > 0) {
          left -= BATCH;
          const sent = Array.from({ length: BATCH }, () => stream.next().value as Buffer);
          wire.send(Buffer.concat(sent));
          for (let count = 0; count < BATCH; count++) {
            const answer = await wire.answer();
            check(answer);
            statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
            if (answer.headers.connection !== 'close') continue;
            wire.destroy();
            wire = await Wire.open(target.port);
            break;
          }
        }
        wire.destroy();
      }),
    );
    expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 401, 404, 405, 415]));
    await target.recovered();
  }, 150_000);

  it(`broken ones of seed ${SEED}: a known answer, or the end of the connection`, async () => {
    let left = Math.min(5_000, REQUESTS);
    const streams = fc.sample(fc.infiniteStream(broken), { numRuns: CONNECTIONS, seed: SEED });
    await Promise.all(
      streams.map(async (stream) => {
        while (left-- > 0) {
          const wire = await Wire.open(target.port);
          wire.send(stream.next().value as Buffer);
          wire.socket.end();
          await wire.end();
          for (let rest = wire.rest; rest !== ''; rest = wire.rest) check(await wire.answer({ bodiless: false }));
          wire.destroy();
        }
      }),
    );
    await target.recovered();
  }, 150_000);
});
