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
/** Half of the deliveries take less, from the set to the last of the waiters, with the storm on the same two CPUs. */
const MOST_MS = 250;

describe('past its capacity', () => {
  let target: Target;
  beforeAll(async () => {
    target = await Target.start({ flags: { 'max-waiters': CAPACITY } });
  });
  afterAll(() => target.stop());

  it('a worker refuses polls at once, and the admitted keep their latency', async () => {
    const admitted = await Promise.all(Array.from({ length: CAPACITY }, () => Wire.open(target.port)));
    for (const [index, wire] of admitted.entries()) wire.send(render(`/get?key=abuse:admitted${index % KEYS}&after=0`));
    await until(async () => (await target.figure('comet_waiters')) === CAPACITY);
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
    const times: number[] = [];
    for (let key = 0; key < KEYS; key++) {
      const start = performance.now();
      expect((await target.set(`abuse:admitted${key}`, 'v')).status).toBe(200);
      const waiting = admitted.filter((_, index) => index % KEYS === key);
      for (const wire of waiting) expect((await wire.answer()).json).toMatchObject({ value: 'v' });
      times.push(performance.now() - start);
    }
    over = true;
    await Promise.all(storm);
    expect(await target.refused('waiters')).toBe(refused);
    expect(times.sort((a, b) => a - b)[KEYS / 2]).toBeLessThan(MOST_MS);
    for (const wire of admitted) wire.destroy();
    await target.recovered();
  });
});
