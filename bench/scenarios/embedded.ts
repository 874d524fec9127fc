import { cometEmbedded, cometRedis } from '../subjects/comet.ts';
import { A_KEY_EACH, ONE_KEY } from './fanout.ts';
import { cycleThenHalf, wakeRounds } from './parts.ts';
import type { Scenario } from './scenario.ts';

export const embedded: Scenario = {
  name: 'embedded',
  about: "The engine in the primary's memory next to Redis.",
  works: (size) => {
    const common = { subjects: [cometRedis, cometEmbedded], start: { workers: 2 } };
    return [
      { ...common, name: ONE_KEY, measure: wakeRounds(size, size.waiters, 1) },
      { ...common, name: A_KEY_EACH, measure: wakeRounds(size, size.waiters, size.waiters) },
      { ...common, name: 'cycle', measure: cycleThenHalf(size) },
    ];
  },
};
