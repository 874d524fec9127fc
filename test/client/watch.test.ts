import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Comet, CometError, type Entry } from 'comet-cluster/client';
import { until } from '../support/until.ts';
import { Reader } from './reader.ts';
import { Site } from './site.ts';

let site: Site;
let comet: Comet;

beforeAll(async () => {
  site = await Site.start();
  comet = site.client();
});

afterAll(async () => {
  await site?.stop();
});

/** The first entries of an endless loop. */
async function take(entries: AsyncIterable<Entry>, count: number): Promise<Entry[]> {
  const taken: Entry[] = [];
  for await (const entry of entries) if (taken.push(entry) === count) break;
  return taken;
}

describe('watching', () => {
  it('begins with the newest value, and goes on with what comes', async () => {
    await comet.set('begin', 'old');
    await comet.set('begin', 'new');
    const reader = new Reader(comet, 'begin', { all: false });
    await reader.live();
    const cursor = await comet.set('begin', 'next');
    expect(await reader.got('next')).toEqual(['new', 'next']);
    expect(reader.entries.at(-1)).toEqual({ key: 'begin', value: 'next', cursor, missed: false });
    expect(reader.states).toEqual(['live']);
    reader.close();
    expect(reader.states).toEqual(['live', 'closed']);
  });

  it('gives every entry of many keys, each in its order, with all', async () => {
    const keys = Array.from({ length: 20 }, (_, index) => `many-${index}`);
    await Promise.all(keys.map((key) => comet.set(key, '0')));
    const reader = new Reader(comet, keys);
    for (let round = 1; round <= 10; round++) await Promise.all(keys.map((key) => comet.set(key, `${round}`)));
    await until(() => reader.entries.length >= 220);
    reader.close();
    for (const key of keys) expect(reader.values(key)).toEqual(Array.from({ length: 11 }, (_, index) => `${index}`));
    expect(reader.missed).toEqual([]);
  });

  it('gives values as they are, whatever JavaScript takes for the end of a line', async () => {
    const reader = new Reader(comet, 'lines');
    await comet.set('lines', 'first');
    await reader.got('first');
    await reader.live();
    const values = ['a\u2028b: c', 'a\u2029b', 'a\r\n\r\nb', '\ufeff: \u0085', 'last'];
    for (const value of values) await comet.set('lines', value);
    expect(await reader.got('last')).toEqual(['first', ...values]);
    expect(reader.states).toEqual(['live']);
    reader.close();
  });

  it('goes on after a cursor', async () => {
    const cursors = [];
    for (const value of ['1', '2', '3']) cursors.push(await comet.set('resume', value));
    const after = { resume: cursors[0] as string };
    const values = (await take(comet.watch('resume', { after, all: true }), 2)).map(({ value }) => value);
    expect(values).toEqual(['2', '3']);
  });

  it('begins with what there is of a key without a cursor, though objects know its name', async () => {
    const after = { resume: '0' };
    for (const key of ['constructor', '__proto__']) {
      await comet.set(key, key);
      expect(await take(comet.watch(key, { after }), 1)).toMatchObject([{ key, value: key }]);
    }
  });

  it('says where entries may have been missed', async () => {
    const first = await comet.set('gap', 'first life');
    const reader = new Reader(comet, 'gap', { after: { gap: first } });
    await reader.live();
    await comet.delete('gap');
    await comet.set('gap', 'second life');
    await reader.got('second life');
    await comet.set('gap', 'more');
    await reader.got('more');
    expect(reader.entries.map(({ missed }) => missed)).toEqual([true, false]);
    expect(reader.missed).toEqual(['gap']);
    reader.close();
    const late = new Reader(comet, 'gap', { after: { gap: first } });
    await late.live();
    await comet.set('gap', 'at last');
    await late.got('at last');
    expect(late.entries.map(({ missed }) => missed)).toEqual([true, false, false]);
    expect(late.missed).toEqual(['gap']);
    late.close();
  });

  it('has one connection for all watches, which closes with the last', async () => {
    const readers = ['a', 'b', 'c', 'b'].map((key) => new Reader(comet, [`shared-${key}`, 'shared']));
    await Promise.all(readers.map((reader) => reader.live()));
    await until(async () => (await site.figure('comet_streams')) === 1 && (await site.figure('comet_waiters')) === 4);
    await comet.set('shared', 'to all');
    await comet.set('shared-b', 'to two');
    for (const [index, expected] of [['to all'], ['to all', 'to two'], ['to all'], ['to all', 'to two']].entries()) {
      await until(() => readers[index]?.entries.length === expected.length);
      expect(readers[index]?.values()).toEqual(expected);
    }
    for (const reader of readers) reader.close();
    await until(async () => (await site.figure('comet_streams')) + (await site.figure('comet_waiters')) === 0);
  });

  it('joins while entries pour in, and neither loses nor doubles one', async () => {
    const readers: Reader[] = [];
    const written: string[] = [];
    for (let value = 0; value < 200; value++) {
      if (value % 10 === 0) readers.push(new Reader(comet, 'pour', { after: { pour: '0' } }));
      await comet.set('pour', `${value}`);
      written.push(`${value}`);
    }
    for (const reader of readers) {
      await reader.got('199');
      expect(reader.values()).toEqual(written);
      reader.close();
    }
    expect(readers.flatMap(({ missed }) => missed)).toEqual([]);
  });

  it('ends the loop with the signal', async () => {
    const controller = new AbortController();
    const loop = take(comet.watch('silent', { signal: controller.signal }), 1);
    controller.abort();
    expect(await loop).toEqual([]);
    expect(await take(comet.watch('silent', { signal: controller.signal }), 1)).toEqual([]);
  });

  it('fails where it is refused, and disturbs no other watch', async () => {
    const reader = new Reader(comet, 'fine');
    await reader.live();
    const refused = take(comet.watch(['fine', 'x'.repeat(600)]), 1);
    await expect(refused).rejects.toThrow(CometError);
    await expect(refused).rejects.toMatchObject({ status: 400, code: 'PARAMETER_INVALID', retryable: false });
    const told = new Reader(comet, 'x'.repeat(600));
    await until(() => told.states.at(-1) === 'closed');
    expect(told.errors).toEqual([expect.objectContaining({ status: 400 })]);
    await comet.set('fine', 'still');
    await reader.got('still');
    expect(reader.states).toEqual(['live']);
    reader.close();
  });
});

describe('more keys than one connection takes', () => {
  it('are followed all the same, by watches of up to 100', async () => {
    const keys = Array.from({ length: 150 }, (_, index) => `crowd-${index}`);
    const readers = [keys.slice(0, 60), keys.slice(60, 120), keys.slice(120)].map((some) => new Reader(comet, some));
    await Promise.all(readers.map((reader) => reader.live()));
    for (const value of ['one', 'two', 'three']) await Promise.all(keys.map((key) => comet.set(key, value)));
    const entries = () => readers.flatMap((reader) => reader.entries);
    await until(() => entries().length >= 450);
    for (const reader of readers) reader.close();
    for (const key of keys) {
      const values = entries().filter((entry) => entry.key === key);
      expect(values.map(({ value }) => value)).toEqual(['one', 'two', 'three']);
    }
    await until(async () => (await site.figure('comet_waiters')) === 0);
    await expect(take(comet.watch(keys), 1)).rejects.toMatchObject({ status: 400 });
  });
});

describe('a slow consumer', () => {
  it('gets the newest of each key, and costs one entry a key', async () => {
    const watch = comet.watch(['slow-a', 'slow-b'], { after: { 'slow-a': '0', 'slow-b': '0' } });
    const seen = new Reader(comet, ['slow-a', 'slow-b']);
    for (let value = 0; value < 50; value++) await comet.set(value % 2 ? 'slow-a' : 'slow-b', `${value}`);
    await seen.got('49');
    // Both are told by the connection that they share: what one has seen, the other has.
    await until(async () => (await site.figure('comet_streams')) === 1 && (await site.figure('comet_waiters')) === 2);
    seen.close();
    const entries = await take(watch, 2);
    expect(entries.map(({ value }) => value)).toEqual(['48', '49']);
  });

  it('with all gets every entry: what it does not take stays on the server', async () => {
    const watch = comet.watch('slow-all', { all: true, after: { 'slow-all': '0' } });
    const other = new Reader(comet, 'slow-all', { after: { 'slow-all': '0' } });
    const count = 450;
    const written = Array.from({ length: count }, (_, index) => `${index}`);
    for (const value of written) await comet.set('slow-all', value);
    await other.got(`${count - 1}`);
    other.close();
    // Nobody else listens, and the consumer is full: the server has nobody to wake any more.
    await until(async () => (await site.figure('comet_waiters')) === 0);
    const taken = await take(watch, count);
    expect(taken.map(({ value }) => value)).toEqual(written);
    expect(taken.filter(({ missed }) => missed)).toEqual([]);
  });
});
