import { type ChildProcess, fork, type SendHandle } from 'node:child_process';
import type { ListenHandle } from './listen-handle.ts';
import type { PrimaryMessage, WorkerMessage } from './messages.ts';
import { workerFlags } from './worker-flags.ts';

export interface ChannelEvents {
  message(message: WorkerMessage): void;
  /** The process could not be started, or a message could not be sent. */
  error(error: Error): void;
  /** The last event: the process is gone and every message of it was delivered. `how` is an exit code or a signal. */
  end(how: string): void;
}

/** A child process and the typed messages to and from it. */
export class WorkerChannel {
  readonly #child: ChildProcess;
  readonly #events: ChannelEvents;
  #ended = false;

  /** `script` is the file that the child runs. */
  constructor(script: string, events: ChannelEvents) {
    this.#events = events;
    this.#child = fork(script, [], {
      env: childEnvironment(),
      execArgv: [...workerFlags(), ...process.execArgv],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    // The other end is a process of the same build: what comes over the channel has the type.
    this.#child.on('message', (message) => events.message(message as WorkerMessage));
    this.#child.on('error', (error) => {
      events.error(error);
      if (this.#child.pid === undefined) this.#end('it could not be started');
    });
    // `exit` may come before the last messages, `close` comes after them.
    this.#child.once('close', (code, signal) => this.#end(signal ?? `exit code ${code}`));
  }

  /** `undefined` if the process could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The channel keeps order. A message to a process that is gone is dropped: its end is told. */
  send(message: PrimaryMessage, handle?: ListenHandle): void {
    if (!this.#child.connected) return;
    this.#child.send(message, handle as SendHandle | undefined, (error) => {
      // A process that ended with messages on the way to it is told by its end alone.
      if (error !== null && this.#child.connected) this.#events.error(error);
    });
  }

  /** Ends the process at once. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #end(how: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#events.end(how);
  }
}

/** The options reach a worker by message; as copies in its environment the secrets would only be easier to read. */
function childEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('COMET_')));
}
