import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

/** How a process ended: `code` when it ended by itself, else `signal`. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ChildOptions {
  readonly cwd?: string;
  /** The whole environment; this process's own unless told. */
  readonly env?: NodeJS.ProcessEnv;
}

const STOP_MS = 20_000;
const PIPE_MS = 2_000;

/** A process that a test started: its output is kept, and it can be waited for. */
export class Child {
  readonly pid: number;
  /** Resolves when the process has ended and its output is complete; never rejects. */
  readonly exited: Promise<Exit>;
  readonly #process: ChildProcess;
  readonly #name: string;
  #stdout = '';
  #stderr = '';
  #exit: Exit | undefined;

  private constructor(child: ChildProcess, name: string) {
    this.#process = child;
    this.#name = name;
    this.pid = child.pid ?? 0;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.exited = new Promise((resolve) => {
      // Its own children may hold the pipes for longer than it lives: they are let go then.
      let orphaned: NodeJS.Timeout;
      const letGo = () => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      };
      child.once('exit', (code, signal) => {
        this.#exit = { code, signal };
        // A process that stood still meanwhile reads what has arrived first.
        orphaned = setTimeout(() => setImmediate(letGo), PIPE_MS);
      });
      child.once('close', (code, signal) => {
        clearTimeout(orphaned);
        resolve({ code, signal });
      });
    });
  }

  /** Resolves once the process runs; rejects when the command does not exist. */
  static async start(command: string, args: readonly string[], options: ChildOptions = {}): Promise<Child> {
    const spawnOptions: SpawnOptions = { ...options, stdio: ['ignore', 'pipe', 'pipe'] };
    const child = spawn(command, args, spawnOptions);
    await once(child, 'spawn');
    return new Child(child, command);
  }

  /** `undefined` while it runs. */
  get exit(): Exit | undefined {
    return this.#exit;
  }

  /** What it has written so far. */
  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Sends a signal; a process that has ended is left alone. */
  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Sends the signal and waits for the end. One that takes longer than 20 s is killed, and that is an error. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    if (this.#exit !== undefined) return this.exited;
    this.signal(signal);
    let overdue = false;
    const timer = setTimeout(() => {
      overdue = true;
      this.signal('SIGKILL');
    }, STOP_MS);
    const exit = await this.exited;
    clearTimeout(timer);
    if (overdue) throw new Error(`${this.#name} did not end within ${STOP_MS} ms of ${signal}\n${this.#stderr}`);
    return exit;
  }
}
