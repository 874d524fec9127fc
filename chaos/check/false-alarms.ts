import type { History } from '../history/history.ts';
import type { Violation } from './violation.ts';

/**
 * `recovered:false` has a reason: Redis lost data, or has begun so many lives that a log no longer knows the epoch of
 * a cursor; it remembers one epoch before its own.
 */
export function* checkFalseAlarms({ traces, disturbances }: History): Generator<Violation> {
  const lives = disturbances.reduce((sum, disturbance) => sum + disturbance.lives, 0);
  if (lives > 1 || disturbances.some(({ lossFrom }) => lossFrom !== null)) return;
  for (const { follower, key, sightings } of traces) {
    for (const { at, number, cursor, recovered } of sightings) {
      if (recovered) continue;
      const what = `it was told recovered:false with value ${number ?? 'none'} at ${cursor}`;
      yield { kind: 'told', who: follower, where: key, what, at };
    }
  }
}
