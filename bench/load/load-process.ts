/** The process that makes the load: does one task after the other and reports what it measured. */
import { Invalid } from '../invalid.ts';
import type { Measurement } from '../measurement.ts';
import { Crowd } from './crowd.ts';
import { cycle } from './cycle.ts';
import { hammer } from './hammer.ts';
import type { ReportMessage, TaskMessage } from './message.ts';
import { pace } from './pace.ts';
import { rounds } from './rounds.ts';
import { storm } from './storm.ts';
import type { Task } from './task.ts';
import { unheard } from './unheard.ts';

const NOTHING: Measurement = { figures: {}, curve: [] };

class LoadProcess {
  #crowd: Crowd | null = null;

  async report(task: Task): Promise<ReportMessage> {
    try {
      return { type: 'done', measurement: await this.#run(task) };
    } catch (error) {
      if (error instanceof Invalid) return { type: 'invalid', reason: error.message };
      return { type: 'error', stack: (error as Error).stack ?? String(error) };
    }
  }

  async #run(task: Task): Promise<Measurement> {
    switch (task.type) {
      case 'open':
        this.#crowd = await Crowd.open(task);
        return NOTHING;
      case 'close':
        this.#crowd?.close();
        this.#crowd = null;
        return NOTHING;
      case 'rounds':
        return await rounds(this.#opened(), task);
      case 'cycle':
        return await cycle(this.#opened(), task);
      case 'pace':
        return await pace(this.#opened(), task);
      case 'storm':
        return await storm(task);
      case 'hammer':
        return await hammer(task);
      case 'unheard':
        return await unheard(task);
    }
  }

  #opened(): Crowd {
    if (this.#crowd === null) throw new Error('no waiters were opened');
    return this.#crowd;
  }
}

const load = new LoadProcess();
process.on('message', ({ task }: TaskMessage) => {
  void load.report(task).then((report) => process.send?.(report));
});
// Without the benchmark there is nobody to report to.
process.on('disconnect', () => process.exit(1));
