import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy before a server in which what comes back on a path can be held, so that one answer overtakes another. */
export class Lanes {
  readonly #target: number;
  readonly #server: Server;
  /** What waits on a held path. */
  readonly #held = new Map<string, (() => void)[]>();

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((incoming, response) => this.#pass(incoming, response));
  }

  /** `target` is the port of the server. */
  static async start(target: number): Promise<Lanes> {
    const lanes = new Lanes(target);
    await new Promise<void>((resolve) => lanes.#server.listen(0, '127.0.0.1', resolve));
    return lanes;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  hold(path: string): void {
    this.#held.set(path, []);
  }

  /** Pieces that wait on a held path. */
  waiting(path: string): number {
    return this.#held.get(path)?.length ?? 0;
  }

  release(path: string): void {
    const held = this.#held.get(path) ?? [];
    this.#held.delete(path);
    for (const write of held) write();
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #pass(incoming: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = incoming;
    const path = url.split('?')[0] ?? '';
    const outgoing = request({ host: '127.0.0.1', port: this.#target, method, path: url, headers, agent: false });
    const later = (write: () => void) => {
      const held = this.#held.get(path);
      if (held === undefined) write();
      else held.push(write);
    };
    outgoing.on('response', (answer) => {
      later(() => response.writeHead(answer.statusCode ?? 0, answer.headers).flushHeaders());
      answer.on('data', (chunk) => later(() => response.write(chunk)));
      answer.on('end', () => later(() => response.end()));
      answer.on('error', () => response.destroy());
    });
    outgoing.on('error', () => response.destroy());
    response.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }
}
