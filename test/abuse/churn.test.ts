/**
 * Clients that poll endless new keys and leave. What each leaves behind lingers, so all of it together must be bounded,
 * and nothing of it may grow with time. `CHURN_SECONDS=600` makes it a long one: `npm run test:churn`.
 */
import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { render } from '../http/wire.ts';
import { until } from '../support/until.ts';
import { Target } from './target.ts';

const SECONDS = Number(process.env.CHURN_SECONDS ?? 8);
const WATCHED = 2_000;
const CLIENTS = 16;
/** The first part is for what a program needs once: compiled code, pools, a heap of its size. */
const WARM_UP = 0.4;
const MOST_GROWTH = 1.25;

interface Sample {
  readonly heap: number;
  readonly pss: number;
  readonly keys: number;
}

describe('churn', () => {
  let target: Target;
  let socketsOpened = 0;
  beforeAll(async () => {
    target = await Target.startSmall(96, { 'max-watched-keys': WATCHED });
  });
  afterAll(() => target.stop());

  /** Polls one key, with an answer, a time-out or none, and leaves. */
  function visit(): Promise<void> {
    const number = socketsOpened++;
    const key = createHash('sha256').update(String(number)).digest('hex');
    const query = ['after=0', 'timeout=0', 'timeout=0.05', 'after=0&all=1', 'after=7-abc&fresh=1'][number % 5];
    return new Promise((resolve) => {
      const socket: Socket = connect(target.port, '127.0.0.1');
      socket.write(render(number % 7 === 0 ? target.mailbox(key, '&timeout=1') : `/get?key=${key}&${query}`));
      socket.once('data', () => socket.destroy());
      socket.once('error', () => socket.destroy());
      socket.once('close', () => resolve());
      setTimeout(() => socket.resetAndDestroy(), 20);
    });
  }

  async function sample(): Promise<Sample> {
    const heap = await target.figure('nodejs_heap_size_used_bytes');
    return { heap, pss: await target.pss(), keys: await target.figure('comet_keys_watched') };
  }

  it(
    'takes no more memory after a while than before, and never more keys than it may',
    async () => {
      let over = false;
      const client = async () => {
        while (!over) await visit();
      };
      const clients = Promise.all(Array.from({ length: CLIENTS }, client));
      const samples: Sample[] = [];
      try {
        // However long that takes on a slow machine: until as many linger as may, more memory is what there ought to be.
        await until(async () => (await sample()).keys > WATCHED * 0.9, { timeout: 40_000, interval: 50 });
        const end = performance.now() + SECONDS * 1000;
        const ended = async () => {
          samples.push(await sample());
          return performance.now() >= end;
        };
        await until(ended, { timeout: SECONDS * 1000 + 20_000, interval: 250 });
      } finally {
        over = true;
        await clients;
      }
      expect(Math.max(...samples.map(({ keys }) => keys))).toBeLessThanOrEqual(WATCHED);
      const warm = samples.slice(Math.floor(samples.length * WARM_UP));
      const [early, late] = [warm.slice(0, warm.length / 2), warm.slice(warm.length / 2)];
      // The floor of the heap is what is alive, what is above it is garbage.
      const floor = (part: readonly Sample[]) => Math.min(...part.map(({ heap }) => heap));
      const peak = (part: readonly Sample[]) => Math.max(...part.map(({ pss }) => pss));
      const told = `${socketsOpened} visits; heap ${floor(early)} → ${floor(late)}, Pss ${peak(early)} → ${peak(late)}`;
      expect([floor(late) < floor(early) * MOST_GROWTH, told]).toEqual([true, told]);
      expect([peak(late) < peak(early) * MOST_GROWTH, told]).toEqual([true, told]);
      if (process.env.CHURN_SECONDS !== undefined) process.stderr.write(`${told}\n`);
      await target.recovered();
    },
    SECONDS * 1000 + 100_000,
  );
});
