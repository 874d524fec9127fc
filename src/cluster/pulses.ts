import type { Pulse } from '../metrics/pulse.ts';

/** Two pulses that are closer say nothing about rates: a worker that was busy answers several pings at once. */
const LEAST_SPAN_MS = 500;

/** The last two pulses of a worker: what it told, and over which time it changed. */
export interface Pulses {
  readonly last: Pulse;
  /** The one before, half a second older at least; `null` right after the start. */
  readonly before: Pulse | null;
  /** When the last one came, in milliseconds of this process's monotonic clock. */
  readonly cameAt: number;
}

/** Takes in a pulse that has just come. */
export function nextPulses(pulses: Pulses | null, last: Pulse): Pulses {
  const older = pulses !== null && last.at - pulses.last.at < LEAST_SPAN_MS ? pulses.before : pulses?.last;
  return { last, before: older ?? null, cameAt: performance.now() };
}
