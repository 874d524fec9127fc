import type { WorkerProcess } from '../cluster/worker-process.ts';
import type { Pulse } from '../metrics/pulse.ts';
import type { RedisState } from './wire.ts';

/** What all workers counted since the start, those that have ended included. */
export class Totals {
  readonly refused = new Map<string, number>();
  reconnects = 0;
  probeFailures = 0;
  resyncs = 0;

  add(pulse: Pulse): void {
    for (const [reason, count] of Object.entries(pulse.refused)) {
      this.refused.set(reason, (this.refused.get(reason) ?? 0) + count);
    }
    this.reconnects += pulse.redisReconnects;
    this.probeFailures += pulse.probeFailures;
    this.resyncs += pulse.resyncs;
  }

  /** These and those of the processes that live. */
  with(processes: readonly WorkerProcess[]): Totals {
    const sum = new Totals();
    for (const [reason, count] of this.refused) sum.refused.set(reason, count);
    sum.reconnects = this.reconnects;
    sum.probeFailures = this.probeFailures;
    sum.resyncs = this.resyncs;
    for (const { pulses } of processes) if (pulses !== null) sum.add(pulses.last);
    return sum;
  }

  /** `up` as in `RedisState`. */
  redis(up: boolean | null): RedisState {
    const { reconnects, probeFailures, resyncs } = this;
    return { up, reconnects, probeFailures, resyncs };
  }
}
