import type { Health } from '../engine/engine.ts';
import type { MetricsDump } from '../metrics/dump.ts';

/** `refused`: the socket could not be listened on, another may be given. `ended` is final. */
export type Phase = 'booting' | 'up' | 'listening' | 'refused' | 'draining' | 'ended';

/** What is known of a worker process. */
export interface WorkerState {
  readonly phase: Phase;
  /** What belongs to the phase: the system's name of the refusal, or how the process ended. */
  readonly detail: string;
  /** Its own view of whether it can deliver. */
  readonly health: Health;
  /** Whether it was ever given the socket of its port. */
  readonly hasSocket: boolean;
  /** Whether it takes new connections; one that is to drain does until it has heard of it. */
  readonly accepts: boolean;
  /** The figures that it left behind when it was drained. */
  readonly lastDump: MetricsDump | undefined;
}

export const NEWBORN: WorkerState = {
  phase: 'booting',
  detail: '',
  health: { ready: false, reason: 'it is starting' },
  hasSocket: false,
  accepts: false,
  lastDump: undefined,
};
