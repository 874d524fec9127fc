/**
 * A client that asked for a tunnel (`CONNECT`) and reset its connection ended the worker, and with it every poll that
 * waited there: node:http takes its listener for errors off a connection that it hands over.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Wire } from '../http/wire.ts';
import { get } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { Target } from './target.ts';

/** The reset finds the answer under way, or written, or the connection closed by then. */
const ATTEMPTS = 50;

let target: Target;
beforeAll(async () => {
  target = await Target.start();
});
afterAll(async () => {
  await target.stop();
});

describe('a client that asks for a tunnel', () => {
  it('is refused', async () => {
    const { status, json } = await Wire.ask(target.port, 'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n');
    expect([status, json.error]).toEqual([400, 'REQUEST_MALFORMED']);
  });

  it('and resets its connection does the others no harm', async () => {
    const workers = await target.comet.workerPids();
    const poll = get(target.port, '/get?key=tunnels&timeout=300');
    await until(async () => (await target.figure('comet_waiters')) === 1);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const wire = await Wire.open(target.port);
      wire.send('CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n');
      if (attempt % 2 === 0) await until(() => wire.ended || wire.closed);
      wire.socket.resetAndDestroy();
    }
    expect((await target.set('tunnels', 'v')).status).toBe(200);
    expect((await poll).json()).toMatchObject({ value: 'v' });
    expect(await target.comet.workerPids()).toEqual(workers);
  });
});
