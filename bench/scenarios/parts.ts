import type { Load } from '../load/load.ts';
import type { RoundsTask } from '../load/task.ts';
import type { Measurement } from '../measurement.ts';
import type { Subject } from '../subjects/subject.ts';
import type { Work } from './scenario.ts';
import type { Size } from './size.ts';

/** Connections that publish where several keys are published to. */
const PUBLISHERS = 64;
/** Fewest and most rounds of a fan-out. */
const LEAST_ROUNDS = 3;
const MOST_ROUNDS = 30;
const HALF = 0.5;

type Measure = Work['measure'];

/** Everybody is woken so often that the deliveries come to what `size` asks for. */
export function wakeRounds(size: Size, waiters: number, keys: number): Measure {
  const roundsFor = (deliveries: number): number =>
    Math.min(MOST_ROUNDS, Math.max(LEAST_ROUNDS, Math.ceil(deliveries / waiters)));
  const task: RoundsTask = {
    type: 'rounds',
    warmups: roundsFor(size.warmupDeliveries),
    rounds: roundsFor(size.deliveries),
  };
  return async ({ target }, load) => {
    await load.run({ type: 'open', target, waiters, keys, publishers: Math.min(keys, PUBLISHERS), browser: false });
    const measurement = await load.run(task);
    await load.run({ type: 'close' });
    return measurement;
  };
}

/** The closed loop as fast as it goes, then at half of the rate that it reached; the curve is that of the half. */
export function cycleThenHalf(size: Size): Measure {
  const { keys, seconds, warmupSeconds } = size;
  return async ({ target }: Subject, load: Load): Promise<Measurement> => {
    await load.run({ type: 'open', target, waiters: keys, keys, publishers: PUBLISHERS, browser: false });
    const full = await load.run({ type: 'cycle', warmupSeconds, seconds });
    const rate = HALF * (full.figures.rate ?? 0);
    const half = await load.run({ type: 'pace', rate, warmupSeconds: warmupSeconds / 2, seconds });
    await load.run({ type: 'close' });
    const { rate: halfRate, cpu: halfCpu, wakeP50: halfP50, wakeP99: halfP99, wakeMax: halfMax } = half.figures;
    const halfFigures = Object.entries({ halfRate, halfCpu, halfP50, halfP99, halfMax });
    const figures = { ...full.figures, ...Object.fromEntries(halfFigures.map(([name, value]) => [name, value ?? 0])) };
    return { figures, curve: half.curve };
  };
}
