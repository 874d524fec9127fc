import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Client } from '../../src/cli/client.ts';
import { freePort } from '../support/free-port.ts';
import { runMain } from './run-main.ts';

const KEY = 'hunter2-hunter2-hunter2';

describe('a server that is not comet', () => {
  let server: Server | undefined;
  let requests: number;

  afterEach(async () => {
    server?.closeAllConnections();
    await new Promise((resolve) => (server === undefined ? resolve(null) : server.close(resolve)));
    server = undefined;
  });

  /** A server that gives this answer to everything, or none for status 0; resolves with its address. */
  async function answering(status: number, body: string): Promise<string> {
    requests = 0;
    const listening = createServer((_, response) => {
      requests++;
      if (status !== 0) response.writeHead(status, { location: '/', connection: 'close' }).end(body);
    });
    server = listening;
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  }

  it.each([
    [502, '<h1>Bad Gateway</h1>'],
    [200, '<h1>Welcome</h1>'],
    [200, '"text"'],
    [200, '{"status":"UP"}'],
    [404, '{"status":"DOWN"}'],
  ])('is told from one: %d %s', async (status, body) => {
    const url = await answering(status, body);
    const { code, stdout, stderr } = await runMain(['get', 'key', '--url', url]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`comet: this is no comet server: status ${status}`);
  });

  it('does not get the publish key through a redirect', async () => {
    const url = await answering(307, '');
    const { code, stderr } = await runMain(['set', 'key', 'value', '--url', url], { COMET_PUBLISH_KEY: KEY });
    expect(code).toBe(1);
    expect(stderr).toContain(`comet: no answer from ${url}: `);
    expect(stderr).not.toContain('hunter2');
    expect(requests).toBe(1);
  });

  it('that says nothing is given up at the deadline', async () => {
    const url = await answering(0, '');
    const answer = await new Client(`${url}/`, null, '').post('/get', {}, 0.05);
    expect(answer).toEqual({ ok: false, message: `no answer from ${url}: it took too long`, retryAfter: 1 });
  });

  it('that is not there is told with what to do', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { code, stderr } = await runMain(['push', '42', 'message', '--url', url]);
    expect(code).toBe(1);
    expect(stderr).toBe(`comet: no answer from ${url}: connection refused (is it running?)\n`);
  });
});
