import { readFile } from 'node:fs/promises';
import type { Recorder } from '../history/recorder.ts';
import type { Machine } from './machine.ts';

const LOOK_MS = 250;
/** The share of time in which a process that could have run had no CPU, from which on it counts as starved. */
const STARVED = 0.4;

/** Writes down when a worker got too little CPU: what came late then says nothing about the server. Linux only. */
export class CpuWatch {
  readonly #machines: readonly Machine[];
  readonly #recorder: Recorder;
  readonly #waited = new Map<number, number>();
  #looking: Promise<void> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;
  #last: number;

  constructor(machines: readonly Machine[], recorder: Recorder) {
    this.#machines = machines;
    this.#recorder = recorder;
    this.#last = recorder.now();
    this.#timer = setInterval(() => {
      this.#looking = this.#looking.then(() => this.#look());
    }, LOOK_MS);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    const [from, to] = [this.#last, this.#recorder.now()];
    this.#last = to;
    const pids = (await Promise.all(this.#machines.map((machine) => machine.workerPids()))).flat();
    const shares = await Promise.all(pids.map((pid) => this.#waitedSince(pid)));
    if (shares.some((waited) => waited > STARVED * (to - from))) this.#recorder.stalled({ from, to });
  }

  /** Milliseconds that the process has waited for a CPU since the last look; 0 for one that is new, or gone. */
  async #waitedSince(pid: number): Promise<number> {
    const text = await readFile(`/proc/${pid}/schedstat`, 'latin1').catch(() => '');
    // Three numbers: nanoseconds on a CPU, nanoseconds of waiting for one, time slices.
    const waited = Number(text.split(' ')[1] ?? 0) / 1e6;
    const before = this.#waited.get(pid) ?? waited;
    this.#waited.set(pid, waited);
    return waited - before;
  }
}
