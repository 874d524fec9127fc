/** Whatever text a client sends comes back as it was, on every way out, or is refused; it never ends a line of anything. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EventClient } from '../support/event-client.ts';
import { get, post } from '../support/http-client.ts';
import { AUTHORIZED, Target } from './target.ts';

const RUNS = 150;
const FORM = { ...AUTHORIZED, 'content-type': 'application/x-www-form-urlencoded' };

/** Every control character, and what ends a line, a text or a script somewhere. */
const ODD = `${String.fromCharCode(...Array.from({ length: 160 }, (_, code) => code))}\u2028\u2029\ufeff\u202e\ud7ff\ue000\uffff\u{10ffff}</script>\r\n\r\ndata: x\n\nid: 1`;

/** Any text that has a UTF-8. */
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ unit: 'grapheme', maxLength: 60 }));

describe('bytes', () => {
  let target: Target;
  beforeAll(async () => {
    target = await Target.start({ flags: { 'linger-seconds': 0 } });
  });
  afterAll(() => target.stop());

  function percent(bytes: Buffer): string {
    return [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  }

  it('of each kind in a name: text is taken by every call, everything else refused by every one', async () => {
    for (let byte = 0; byte < 256; byte++) {
      const name = percent(Buffer.of(0x61, byte, 0x62));
      const isText = byte >= 0x20 && byte < 0x7f;
      const status = isText ? 200 : 400;
      const answers = await Promise.all([
        post(target.port, '/delete', { body: `key=${name}`, headers: FORM }),
        post(target.port, '/push', { body: `uid=${name}&value=m`, headers: FORM }),
        get(target.port, `/get?key=${name}&key=other&timeout=0`),
        ...(isText ? [] : [get(target.port, `/events?key=${name}`)]),
      ]);
      expect([byte, answers.map((answer) => answer.status)]).toEqual([byte, answers.map(() => status)]);
      if (!isText) continue;
      const message = await get(target.port, target.mailbox(`a${String.fromCharCode(byte)}b`, '&timeout=0'));
      expect([byte, message.body]).toEqual([byte, 'm']);
    }
  });

  it('that are no UTF-8 are refused as a value, by every call that takes one', async () => {
    for (const bytes of ['%ff', '%c0%80', '%ed%a0%80', '%f4%90%80%80', '%e2%82', '%', '%4', '%zz']) {
      const set = await post(target.port, '/set', { body: `key=bytes&value=${bytes}`, headers: FORM });
      const push = await post(target.port, '/push', { body: `uid=bytes&value=${bytes}`, headers: FORM });
      expect([bytes, set.status, push.status]).toEqual([bytes, 400, 400]);
    }
    const headers = { ...AUTHORIZED, 'content-type': 'application/json' };
    const json = Buffer.concat([Buffer.from('[{"key":"bytes","value":"'), Buffer.of(0xff), Buffer.from('"}]')]);
    for (const path of ['/set', '/batch', '/push']) {
      expect((await post(target.port, path, { body: json, headers })).status).toBe(400);
    }
    expect((await get(target.port, '/get?key=bytes&timeout=0')).json()).toMatchObject({ error_code: 1 });
  });

  it('of a value come back as they were, however they went in and come out', async () => {
    const stream = await EventClient.open(target.port, '/events?key=bytes:value&after=0');
    const sent: string[] = [];
    const check = async (value: string) => {
      const how = sent.length % 3;
      const fields = { key: 'bytes:value', value };
      if (how === 0) await post(target.port, '/set', { form: fields, headers: AUTHORIZED });
      else if (how === 1) await post(target.port, '/set', { json: fields, headers: AUTHORIZED });
      else await post(target.port, '/batch', { json: [fields], headers: AUTHORIZED });
      sent.push(value);
      const plain = (await get(target.port, '/get?key=bytes:value&fresh=1')).json();
      const several = (await get(target.port, '/get?key=bytes:value&key=bytes:none')).json<{ moved: object[] }>();
      const script = (await get(target.port, '/get?key=bytes:value&jsonCallback=f')).body;
      expect(plain.value).toBe(value);
      expect(several.moved).toMatchObject([{ value }]);
      expect(JSON.parse(script.slice('/**/f('.length, -2)).value).toBe(value);
      expect([...script].filter((each) => each < ' ' || each === '\u2028' || each === '\u2029')).toEqual([]);
    };
    await check(ODD);
    await fc.assert(fc.asyncProperty(text, check), { numRuns: RUNS });
    await stream.received(sent.length);
    expect(stream.values('bytes:value')).toEqual(sent);
    expect(stream.events.map(({ type }) => type)).toEqual(sent.map(() => 'entry'));
    stream.close();
  });

  it('of a message come back as they were, raw and as a script', async () => {
    const check = async (value: string) => {
      for (const [how, query] of [
        ['raw', '&timeout=0'],
        ['acknowledged', '&timeout=0&ack='],
      ] as const) {
        const pushed = await post(target.port, '/push', { form: { uid: `bytes:${how}`, value }, headers: AUTHORIZED });
        expect(pushed.status).toBe(200);
        const answer = await get(target.port, target.mailbox(`bytes:${how}`, query));
        expect(answer.headers['x-content-type-options']).toBe('nosniff');
        if (how === 'raw') expect(answer.body).toBe(value);
        else {
          const { id, value: told } = answer.json<{ id: string; value: string }>();
          expect(told).toBe(value);
          await get(target.port, target.mailbox(`bytes:${how}`, `&timeout=0&ack=${id}`));
        }
      }
    };
    // A byte order mark is taken away by whoever reads the answer as UTF-8.
    await check(ODD);
    await fc.assert(
      fc.asyncProperty(
        text.filter((each) => each !== '' && !each.startsWith('\ufeff')),
        check,
      ),
      {
        numRuns: RUNS,
      },
    );
    await target.recovered();
  });
});
