/** Past its capacity a worker turns new requests away, and those that it has admitted notice nothing. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { render, Wire } from '../http/wire.ts';
import { until } from '../support/until.ts';
import { Target } from './target.ts';

const KEYS = 20;
const WAITERS_OF_A_KEY = 10;
const CAPACITY = KEYS * WAITERS_OF_A_KEY;
/** Who are refused, and come back at once against what they were told. */
const EXCESS = 60;
/**
 * Half of the deliveries take less, from the set to the last of the waiters, with the storm on the same CPUs: so long, and
 * so many times what they take without it, since other programs may be on these CPUs too.
 */
const MOST_MS = 250;
const MOST_TIMES = 10;

describe('past its capacity', () => {
  let target: Target;
  beforeAll(async () => {
    target = await Target.start({ flags: { 'max-waiters': CAPACITY } });
  });
  afterAll(() => target.stop());

  /** One poll on each of the connections, an equal number for each key. */
  async function park(wires: readonly Wire[], name: string): Promise<void> {
    for (const [index, wire] of wires.entries()) wire.send(render(`/get?key=abuse:${name}${index % KEYS}&after=0`));
    await until(async () => (await target.figure('comet_waiters')) === CAPACITY);
  }

  /** Wakes them key by key, and gives the milliseconds that half of the keys took less than. */
  async function wake(wires: readonly Wire[], name: string): Promise<number> {
    const times: number[] = [];
    for (let key = 0; key < KEYS; key++) {
      const start = performance.now();
      expect((await target.set(`abuse:${name}${key}`, 'v')).status).toBe(200);
      const waiting = wires.filter((_, index) => index % KEYS === key);
      for (const wire of waiting) expect((await wire.answer()).json).toMatchObject({ value: 'v' });
      times.push(performance.now() - start);
    }
    return times.sort((a, b) => a - b)[KEYS / 2] as number;
  }

  it('a worker refuses polls at once, and the admitted keep their latency', async () => {
    const wires = await Promise.all(Array.from({ length: CAPACITY }, () => Wire.open(target.port)));
    await park(wires, 'calm');
    const calm = await wake(wires, 'calm');
    await park(wires, 'admitted');
    let refused = 0;
    let over = false;
    const storm = Array.from({ length: EXCESS }, async () => {
      const wire = await Wire.open(target.port);
      while (!over) {
        wire.send(render('/get?key=abuse:storm&timeout=0'));
        const { status, headers, json } = await wire.answer();
        if (status === 200) continue;
        expect([status, json.error]).toEqual([503, 'TOO_MANY_WAITERS']);
        expect(headers['retry-after']).toMatch(/^[1-5]$/);
        refused++;
      }
      wire.destroy();
    });
    await until(() => refused > EXCESS);
    const stormy = await wake(wires, 'admitted');
    over = true;
    await Promise.all(storm);
    expect(await target.refused('waiters')).toBe(refused);
    expect(stormy).toBeLessThan(MOST_MS + MOST_TIMES * calm);
    for (const wire of wires) wire.destroy();
    await target.recovered();
  });
});
