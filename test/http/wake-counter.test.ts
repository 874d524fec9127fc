import { describe, expect, it } from '@jest/globals';
import type { AppendResult } from '../../src/engine/engine.ts';
import { CometError } from '../../src/errors.ts';
import { WakeCounter } from '../../src/http/endpoints/wake-counter.ts';
import type { WakeQuestion } from '../../src/metrics/wake-question.ts';
import { KEY, World } from '../hub/world.ts';

/** Counts of sets that failed were kept for half a minute, a thousand at most: then no set was counted any more. */
describe('a set that is to be counted and writes nothing', () => {
  it.each<readonly [string, () => Promise<AppendResult>]>([
    ['because the engine refuses', () => Promise.reject(new CometError('ENGINE_UNAVAILABLE'))],
    ['because of its id', () => Promise.resolve({ type: 'conflict' })],
  ])('%s leaves no count behind, on any worker', async (_, write) => {
    const { hub } = new World();
    const asked: WakeQuestion[] = [];
    const siblings = {
      ask: (question: WakeQuestion) => {
        asked.push(question);
        return Promise.resolve([0]);
      },
    };
    const counter = new WakeCounter(hub, siblings);
    const outcome = await counter.around(KEY, write).then(
      ([{ type }, woken]) => ({ type, woken }),
      (error: CometError) => error.code,
    );
    expect([{ type: 'conflict', woken: { woken: 0, complete: true } }, 'ENGINE_UNAVAILABLE']).toContainEqual(outcome);
    const [begin, end] = asked;
    if (begin?.type !== 'begin') throw new Error('the others are asked before the set');
    expect(end).toEqual({ type: 'end', name: begin.name, epoch: '', offset: 0 });
    expect(hub.beginTally(begin.name, KEY)).toBe(true);
  });
});
