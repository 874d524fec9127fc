import { execFile } from 'node:child_process';
import type { Logger } from 'pino';

/** What systemd takes for a failed notification anyway. */
const DEADLINE_MS = 5_000;

/**
 * Tells systemd how a service of `Type=notify` is doing; does nothing where `NOTIFY_SOCKET` names no socket. Node has no
 * unix datagram sockets, so `systemd-notify` speaks for us, which is why the unit needs `NotifyAccess=all`. Messages
 * arrive in the order of the calls; none of them throws or makes its caller wait.
 */
export class SdNotify {
  /** `null` where nobody is to be told. */
  readonly #env: NodeJS.ProcessEnv | null;
  readonly #log: Logger;
  #isReady = false;
  #last: Promise<void> = Promise.resolve();

  constructor(log: Logger, env: NodeJS.ProcessEnv = process.env) {
    this.#env = (env.NOTIFY_SOCKET ?? '') === '' ? null : env;
    this.#log = log;
  }

  /** The service does what it is there for. `status` is shown by `systemctl status`. */
  ready(status: string): void {
    this.#isReady = true;
    this.#send('READY=1', `STATUS=${status}`);
  }

  /** A reload has begun; call `reloaded` at its end, however it went. */
  reloading(): void {
    if (!this.#isReady) return;
    const now = process.hrtime.bigint() / 1000n;
    this.#send('RELOADING=1', `MONOTONIC_USEC=${now}`);
  }

  /** The reload that `reloading` announced is over. Before the first `ready` it says nothing. */
  reloaded(): void {
    if (this.#isReady) this.#send('READY=1');
  }

  /** The service ends, which may take so many seconds: systemd waits as long, whatever its unit says. */
  stopping(seconds: number): void {
    this.#send('STOPPING=1', `EXTEND_TIMEOUT_USEC=${Math.ceil(seconds * 1_000_000)}`);
  }

  /** Resolves when everything was said. */
  get said(): Promise<void> {
    return this.#last;
  }

  #send(...assignments: readonly string[]): void {
    const env = this.#env;
    if (env !== null) this.#last = this.#last.then(() => this.#run(assignments, env));
  }

  #run(assignments: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
    return new Promise((resolve) => {
      execFile('systemd-notify', assignments, { env, timeout: DEADLINE_MS }, (error) => {
        if (error !== null) this.#log.warn({ err: error, assignments }, 'systemd could not be told');
        resolve();
      });
    });
  }
}
