import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Invalid } from '../invalid.ts';
import type { Measurement } from '../measurement.ts';
import type { ReportMessage, TaskMessage } from './message.ts';
import type { Task } from './task.ts';

const SCRIPT = fileURLToPath(new URL('./load-process.js', import.meta.url));

/** The load generator, in a process of its own. Who starts it stops it. */
export class Load {
  readonly #process: ChildProcess = fork(SCRIPT, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  readonly #ended = once(this.#process, 'exit');

  /** Rejects with `Invalid` if the server broke. */
  async run(task: Task): Promise<Measurement> {
    const message: TaskMessage = { type: 'task', task };
    const reported = once(this.#process, 'message') as Promise<[ReportMessage]>;
    // If it can't be sent, the process ended, which tells.
    this.#process.send(message, () => {});
    const ended = this.#ended.then(() => {
      throw new Error('the load process ended');
    });
    const [report] = await Promise.race([reported, ended]);
    switch (report.type) {
      case 'done':
        return report.measurement;
      case 'invalid':
        throw new Invalid(report.reason);
      case 'error':
        throw new Error(report.stack);
    }
  }

  /** Ends it; what it was doing fails. */
  kill(): void {
    this.#process.kill();
  }

  async stop(): Promise<void> {
    this.kill();
    await this.#ended;
  }
}
