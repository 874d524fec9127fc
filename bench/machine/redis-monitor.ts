import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** Counts the commands that a Redis gets, by MONITOR. */
export class RedisMonitor {
  /** From clients. */
  calls = 0;
  /** From scripts. */
  scriptCalls = 0;
  readonly #socket: Socket;

  /** Resolves when it counts. */
  static async open(port: number): Promise<RedisMonitor> {
    const socket = connect(port, '127.0.0.1');
    const lines = createInterface({ input: socket });
    socket.write('MONITOR\r\n');
    await once(lines, 'line');
    const monitor = new RedisMonitor(socket);
    lines.on('line', (line) => monitor.#count(line));
    return monitor;
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  close(): void {
    this.#socket.destroy();
  }

  /** +<time> [<db> <address, or lua>] "<command>" … */
  #count(line: string): void {
    if (/^\+\S+ \[\d+ lua\]/.test(line)) this.scriptCalls++;
    else this.calls++;
  }
}
