import type { Pulse } from '../metrics/pulse.ts';

/** The last two pulses of a worker: what it told, and over which time it changed. */
export interface Pulses {
  readonly last: Pulse;
  /** The one before; `null` right after the start. */
  readonly before: Pulse | null;
  /** When the last one came, in milliseconds of this process's monotonic clock. */
  readonly cameAt: number;
}
