/**
 * A benchmark that took a broken server for a fast or a slow one would be worse than none: each way to break is tried on
 * a server that does it.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Invalid } from '../../bench/invalid.ts';
import { Crowd } from '../../bench/load/crowd.ts';
import { rounds } from '../../bench/load/rounds.ts';
import type { Measurement } from '../../bench/measurement.ts';

const WAITERS = 3;

/** A server of one key in the dialect of the floor; `wake` answers the parked polls. */
class OneKey {
  readonly #parked: ServerResponse[] = [];
  readonly #server: Server;
  readonly #wake: (parked: readonly ServerResponse[], value: string) => void;

  constructor(wake: (parked: readonly ServerResponse[], value: string) => void) {
    this.#wake = wake;
    this.#server = createServer((req, res) => void this.#handle(req, res)).listen(0, '127.0.0.1');
  }

  async port(): Promise<number> {
    if (!this.#server.listening) await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (req.url === '/stats') {
      answer(res, `waiting: ${this.#parked.length}\n`);
    } else if (req.method === 'GET') {
      this.#parked.push(res);
    } else {
      const pieces = await req.toArray();
      answer(res, 'taken');
      this.#wake(this.#parked.splice(0), Buffer.concat(pieces).toString());
    }
  }
}

function answer(res: ServerResponse, body: string): void {
  res.writeHead(200, { 'Content-Length': body.length }).end(body);
}

describe('a server that breaks', () => {
  let server: OneKey | undefined;
  let crowd: Crowd | undefined;

  afterEach(async () => {
    crowd?.close();
    await server?.close();
    crowd = undefined;
    server = undefined;
  });

  async function run(wake: (parked: readonly ServerResponse[], value: string) => void): Promise<Measurement> {
    server = new OneKey(wake);
    const port = await server.port();
    const target = {
      dialect: 'floor',
      endpoints: [{ host: '127.0.0.1', port }],
      census: { url: `http://127.0.0.1:${port}/stats`, pattern: '^waiting: (\\d+)' },
      servers: [process.pid],
      redis: [],
      redisPort: 0,
    } as const;
    crowd = await Crowd.open({ type: 'open', target, waiters: WAITERS, keys: 1, publishers: 1, browser: false });
    return await rounds(crowd, { type: 'rounds', warmups: 1, rounds: 2 });
  }

  it('is measured as long as it does not', async () => {
    const { figures, curve } = await run((parked, value) => {
      for (const res of parked) answer(res, value);
    });
    expect(figures.count).toBe(2 * WAITERS);
    expect(figures.cpu).toBeGreaterThan(0);
    expect(figures.wakeMax).toBeGreaterThan(0);
    expect(curve.length).toBeGreaterThan(0);
  });

  it('is invalid when it answers a poll with an error', async () => {
    const broken = run((parked) => {
      for (const res of parked) res.writeHead(503, { 'Content-Length': 0 }).end();
    });
    await expect(broken).rejects.toThrow(Invalid);
    await expect(broken).rejects.toThrow('not 2xx: HTTP/1.1 503');
  });

  it('is invalid when it closes a connection', async () => {
    const broken = run((parked) => {
      for (const res of parked) res.destroy();
    });
    await expect(broken).rejects.toThrow('the server closed a connection');
  });

  it('is invalid when it delivers something else', async () => {
    const broken = run((parked, value) => {
      const other = value.replace(/-0{8}1-/, '-000000007-');
      for (const res of parked) answer(res, other);
    });
    await expect(broken).rejects.toThrow('got number 7 instead of 1');
  });

  it('is invalid when it answers without a value', async () => {
    const broken = run((parked) => {
      for (const res of parked) answer(res, '{"error_code":1}');
    });
    await expect(broken).rejects.toThrow('an answer without a value');
  });

  it('is invalid when it answers somebody who did not ask', async () => {
    const broken = run((parked, value) => {
      for (const res of parked) {
        const { socket } = res;
        answer(res, value);
        socket?.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      }
    });
    await expect(broken).rejects.toThrow(/bytes (after an answer|that nobody asked for)/);
  });

  it('is invalid when it leaves somebody out', async () => {
    await run((parked, value) => {
      for (const res of parked) answer(res, value);
    });
    await expect(crowd?.until(() => false, 20)).rejects.toThrow('deliveries are missing');
  });
});
