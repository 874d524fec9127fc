import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** How much of what it printed is kept for the reason of a failure, in characters. */
const KEPT = 4000;
/** How long a process has to get ready, and to end after it was told to. */
const PATIENCE_MS = 20_000;

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A server in a process of its own. Who starts it stops it. */
export class Child {
  readonly #process: ChildProcess;
  readonly #name: string;
  readonly #ended: Promise<void>;
  #output = '';
  #end: string | null = null;

  constructor({ command, args, env = {} }: ChildOptions) {
    this.#name = command;
    this.#process = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...withoutComet(), ...env },
    });
    const keep = (text: Buffer): void => {
      this.#output = (this.#output + text.toString()).slice(-KEPT);
    };
    this.#process.stdout?.on('data', keep);
    this.#process.stderr?.on('data', keep);
    this.#ended = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#end ??= how;
        resolve();
      };
      this.#process.on('error', (error) => end(error.message));
      this.#process.on('exit', (code, signal) => end(signal ?? `exit code ${code}`));
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** The end of what it printed. */
  get output(): string {
    return this.#output;
  }

  /** Resolves with the first answer of `probe` that isn't null; rejects if the process ends or takes too long. */
  async ready<T>(probe: () => Promise<T | null>): Promise<T> {
    const deadline = performance.now() + PATIENCE_MS;
    while (performance.now() < deadline) {
      if (this.#end !== null) throw new Error(`${this.#name} ended with ${this.#end}: ${this.#output}`);
      const answer = await probe();
      if (answer !== null) return answer;
      await sleep(20);
    }
    await this.stop('SIGKILL');
    throw new Error(`${this.#name} is not ready after ${PATIENCE_MS / 1000} s: ${this.#output}`);
  }

  /** Resolves with how it ended, once it has; it is killed when it takes too long. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<string> {
    this.#process.kill(signal);
    const kill = setTimeout(() => this.#process.kill('SIGKILL'), PATIENCE_MS);
    await this.#ended;
    clearTimeout(kill);
    return this.#end ?? '';
  }
}

/** The environment without what would configure the server behind the benchmark's back. */
function withoutComet(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('COMET_')));
}
