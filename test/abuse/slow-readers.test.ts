/**
 * A poll of a hundred bytes can be answered with megabytes. Clients that ask for them and don't read would have the
 * worker hold each answer until its memory is gone.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { render, Wire } from '../http/wire.ts';
import { get } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { Target } from './target.ts';

const ENTRIES = 16;
/** JSON takes six bytes for each of these: up to 6 MiB an answer, far more than the kernel takes for a client. */
const VALUE = '\x01'.repeat(65_536);
const MAX_UNSENT = 32 * 1024 * 1024;

describe('answers that nobody reads', () => {
  let target: Target;
  /** Of every entry of two keys. */
  const cursors: (readonly [string, string])[] = [];

  beforeAll(async () => {
    // Without a bound, the answers of one test here are several times as much.
    target = await Target.startSmall(128, { 'max-unsent-bytes': MAX_UNSENT });
    for (const key of ['abuse:large', 'abuse:other']) {
      cursors.push([key, '0']);
      for (let count = 0; count < ENTRIES; count++) {
        const { cursor } = (await target.set(key, VALUE)).json<{ cursor: string }>();
        if (count < ENTRIES / 2) cursors.push([key, cursor]);
      }
    }
  });
  afterAll(() => target.stop());

  async function ask(key: string, after: string): Promise<Wire> {
    const wire = await Wire.open(target.port);
    wire.socket.pause();
    wire.send(render(`/get?key=${key}&after=${after}&all=1&timeout=0`));
    return wire;
  }

  function answered(): Promise<number> {
    return target.figure('comet_deliveries_total');
  }

  it('are held once for all who are given the same', async () => {
    const before = await answered();
    const wires = await Promise.all(Array.from({ length: 150 }, () => ask('abuse:large', '0')));
    await until(async () => (await answered()) === before + 150 * ENTRIES, { interval: 50 });
    expect(await target.refused('slow_reader')).toBe(0);
    expect(await target.pss()).toBeLessThan(300 * 1024 * 1024);
    for (const wire of wires) wire.destroy();
    await target.recovered();
  });

  it('are cut above their bound, the oldest first, and the others served', async () => {
    const wires: Wire[] = [];
    for (const [key, after] of cursors) {
      const before = await answered();
      wires.push(await ask(key, after));
      await until(async () => (await answered()) > before);
    }
    const cut = await target.refused('slow_reader');
    expect(cut).toBeGreaterThan(wires.length / 3);
    const open = () => target.figure('comet_connections');
    await until(async () => (await open()) === wires.length - cut, { message: `${cut} connections to be cut` });
    const newest = wires.at(-1) as Wire;
    newest.socket.resume();
    expect((await newest.answer()).json.error_code).toBe(0);
    const whole = await get(target.port, '/get?key=abuse:large&all=1&timeout=0');
    expect(whole.json<{ entries: unknown[] }>().entries).toHaveLength(ENTRIES);
    for (const wire of wires) wire.destroy();
    await target.recovered();
  });

  it('are taken whole by a client that reads after a while', async () => {
    const cut = await target.refused('slow_reader');
    const before = await answered();
    const wire = await ask('abuse:large', '0');
    await until(async () => (await answered()) > before);
    wire.socket.resume();
    expect((await wire.answer()).json.entries).toHaveLength(ENTRIES);
    expect(await target.refused('slow_reader')).toBe(cut);
    wire.destroy();
  });
});
