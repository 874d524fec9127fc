import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TICK_MS, Timed, Wheel } from '../../src/hub/wheel.ts';

class Alarm extends Timed {
  readonly #ring: (alarm: Alarm) => void;

  constructor(ring: (alarm: Alarm) => void) {
    super();
    this.#ring = ring;
  }

  override expire(): void {
    this.#ring(this);
  }
}

describe('the wheel', () => {
  it('expires everything in time: never early, at most a tick late, once', () => {
    const waits = fc.array(fc.nat(200_000), { maxLength: 30 });
    const strides = fc.array(fc.integer({ min: 1, max: 120_000 }), { maxLength: 30 });
    fc.assert(
      fc.property(waits, strides, fc.nat(100_000), (offsets, turns, start) => {
        let now = start;
        let before = start;
        const wheel = new Wheel(now);
        const rung = new Set<Alarm>();
        for (const wait of offsets) {
          const alarm = new Alarm((ringing) => {
            expect(rung.has(ringing)).toBe(false);
            expect(ringing.deadline).toBeLessThanOrEqual(now);
            rung.add(ringing);
          });
          wheel.set(alarm, start + wait);
        }
        for (const stride of turns) {
          before = now;
          now += stride;
          wheel.advance(now);
          for (const late of wheel.items()) expect(late.deadline).toBeGreaterThan(now - TICK_MS);
        }
        expect(before).toBeLessThanOrEqual(now);
        expect(rung.size + wheel.size).toBe(offsets.length);
      }),
    );
  });

  it('expires in time too where it is turned no more often than it asks for', () => {
    const MOST = 500;
    const arrivals = fc.array(fc.record({ after: fc.nat(900), wait: fc.nat(2_000) }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(arrivals, fc.nat(100_000), (alarms, start) => {
        let now = start;
        let next = start + TICK_MS;
        let turns = 0;
        let rung = 0;
        const wheel: Wheel = new Wheel(now, () => {
          next = Math.min(next, now + TICK_MS);
        });
        const turn = () => {
          now = next;
          turns++;
          wheel.advance(now);
          next = now + wheel.rest(now, MOST);
        };
        for (const { after, wait } of alarms) {
          const arrives = now + after;
          while (next <= arrives) turn();
          now = arrives;
          const alarm: Alarm = new Alarm(() => {
            rung++;
            expect(now - alarm.deadline).toBeGreaterThanOrEqual(0);
            // One for the slot to be over, one for the turn to come.
            expect(now - alarm.deadline).toBeLessThanOrEqual(2 * TICK_MS);
          });
          wheel.set(alarm, now + wait);
        }
        while (wheel.size > 0) turn();
        expect(rung).toBe(alarms.length);
        turns = 0;
        for (const idleSince = now; now < idleSince + 10 * MOST; ) turn();
        expect(turns).toBeLessThanOrEqual(11);
      }),
    );
  });

  it('lets an alarm that rings take out or move others', () => {
    const wheel = new Wheel(0);
    const order: string[] = [];
    // The same slot, visited again after a whole turn.
    const oneTurnLater = 10 + 1024 * TICK_MS;
    const third = new Alarm(() => order.push('third'));
    const second = new Alarm(() => order.push('second'));
    const first = new Alarm(() => {
      order.push('first');
      wheel.remove(second);
      wheel.set(third, oneTurnLater);
    });
    wheel.set(second, 10);
    wheel.set(third, 10);
    wheel.set(first, 10);
    wheel.advance(100);
    expect(order).toEqual(['first']);
    wheel.advance(oneTurnLater + 100);
    expect(order).toEqual(['first', 'third']);
    expect(wheel.size).toBe(0);
  });

  it('moves an alarm that is set again', () => {
    const wheel = new Wheel(0);
    let rings = 0;
    const alarm = new Alarm(() => rings++);
    wheel.set(alarm, 100);
    wheel.set(alarm, 10_000);
    wheel.advance(5000);
    expect(rings).toBe(0);
    wheel.advance(10_100);
    expect(rings).toBe(1);
  });
});
