import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatCursor } from '../../src/hub/cursor.ts';
import { formatCursors, parseCursors } from '../../src/hub/cursors.ts';
import { TestListener } from './test-listener.ts';
import { type EngineStep, HISTORY, settled, World } from './world.ts';

const RUNS = Number(process.env.COMET_INTERLEAVINGS ?? 3_000);
/** A busy machine does fewer runs, in this time. Milliseconds. */
const BUDGET_MS = 10_000;
const KEYS = ['a', 'b', 'c'] as const;

const offset = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const epoch = fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/);
const cursor = fc.oneof(
  fc.constant(''),
  fc.constant('0'),
  fc.tuple(offset, epoch).map(([number, name]) => formatCursor(number, name)),
);

describe('a composite cursor', () => {
  it('comes back as it was given, for its number of keys and for no other', () => {
    fc.assert(
      fc.property(fc.array(cursor, { minLength: 1, maxLength: 20 }), fc.nat(25), (cursors, other) => {
        const text = formatCursors(cursors);
        const parsed = parseCursors(text, cursors.length);
        expect(parsed?.map((each) => (each === null ? '' : formatCursor(each.offset, each.epoch)))).toEqual(cursors);
        if (other !== cursors.length) expect(parseCursors(text, other)).toBeNull();
      }),
    );
  });

  it('is nothing that no server gave', () => {
    const given = /^(0|[1-9]\d{0,15}-[A-Za-z0-9_-]{1,40})?$/;
    fc.assert(
      fc.property(fc.array(fc.oneof(cursor, fc.string()), { minLength: 1, maxLength: 5 }), (texts) => {
        const text = texts.join(',');
        const parts = text.split(',');
        if (!parts.every((part) => given.test(part))) expect(parseCursors(text, parts.length)).toBeNull();
      }),
    );
  });
});

type Step =
  | { readonly do: 'set'; readonly key: number; readonly large: boolean }
  | { readonly do: 'delete'; readonly key: number }
  | { readonly do: 'resume' }
  | { readonly do: EngineStep }
  | { readonly do: 'restartOlder'; readonly entries: number }
  | { readonly do: 'turn'; readonly ms: number };

const key = fc.nat(KEYS.length - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('set' as const), key, large: fc.nat(5).map((n) => n === 0) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('resume' as const) }) },
  {
    weight: 14,
    arbitrary: fc.record({ do: fc.constantFrom('executeRead', 'answerRead', 'executeSubscribe', 'deliver') }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('failReads', 'cut', 'reconnect') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restartOlder' as const), entries: fc.nat(4) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('turn' as const), ms: fc.constantFrom(60, 300, 40_000) }) },
) as fc.Arbitrary<Step>;

/** A client that goes away and comes back with the composite cursor of its last connection, and nothing else. */
class Client {
  readonly world = new World();
  readonly faults: string[] = [];
  listener = this.#listen(null);

  resume(): void {
    const { cursor: text } = this.listener;
    this.listener.leave();
    this.faults.push(...this.listener.faults);
    this.listener = this.#listen(text);
    if (this.listener.cursor !== text && this.listener.values.length === 0) {
      // Nothing was told, so only keys of which nothing was known may stand elsewhere.
      const moved = text
        .split(',')
        .some((part, index) => part !== '' && part !== this.listener.cursor.split(',')[index]);
      if (moved) this.faults.push(`${text} became ${this.listener.cursor}`);
    }
  }

  async take(next: Step): Promise<void> {
    const { engine } = this.world;
    if (next.do === 'set') engine.set(KEYS[next.key] as string, next.large);
    else if (next.do === 'delete') engine.delete(KEYS[next.key] as string);
    else if (next.do === 'resume') this.resume();
    else if (next.do === 'restartOlder') engine.restartOlder(next.entries);
    else if (next.do === 'turn') await this.world.turn(next.ms);
    else await this.world.steps(next.do);
    await settled();
  }

  #listen(text: string | null): TestListener {
    return new TestListener(this.world.hub, this.world.engine, KEYS, text).start();
  }
}

describe('a listener of several keys', () => {
  it(
    'is told every entry once and in order, or that some were missed, wherever it is cut and comes back',
    async () => {
      const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 50 }), async (steps) => {
        const client = new Client();
        for (const next of steps) await client.take(next);
        if (client.listener.refused !== null) client.resume();
        await client.world.heal();
        if (client.listener.refused !== null) throw new Error(`refused: ${client.listener.refused}`);
        expect([...client.faults, ...client.listener.faults]).toEqual([]);
        expect(client.world.meters.waiters).toBe(KEYS.length);
        for (const [name, at] of client.listener.cursors) {
          const truth = client.world.engine.truth(name);
          if (truth.newest !== null) expect(truth.at(at)?.value).toBe(truth.newest.value);
        }
        client.listener.leave();
        expect(client.world.meters.waiters).toBe(0);
      });
      await fc.assert(property, { numRuns: RUNS, interruptAfterTimeLimit: BUDGET_MS });
    },
    BUDGET_MS + 30_000,
  );

  it('loses nothing of a burst longer than the history that comes in one piece', async () => {
    const world = new World();
    const listener = new TestListener(world.hub, world.engine, ['a', 'b'], '0,0').start();
    await world.heal();
    const burst = HISTORY * 3;
    for (let count = 0; count < burst; count++) world.engine.set('a', false);
    for (let count = 0; count < burst; count++) world.engine.deliver();
    expect(listener.values).toEqual(Array.from({ length: burst }, (_, index) => `v${index + 1}`));
    expect(listener.faults).toEqual([]);
    listener.leave();
  });

  it('keeps its keys while the hub drains', async () => {
    const world = new World();
    const listener = new TestListener(world.hub, world.engine, ['a', 'b'], '0,0').start();
    await world.heal();
    world.hub.drain(1_000);
    await world.turn(1_100);
    expect([world.meters.waiters, listener.quiets]).toEqual([2, 0]);
    world.engine.set('a', false);
    await world.heal();
    expect(listener.values).toEqual(['v1']);
    listener.leave();
    expect(world.meters.waiters).toBe(0);
  });
});
