/** Elsewhere there was no bound on connections, and the process died for want of memory: centrifugal/centrifugo#544. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { render, Wire } from '../http/wire.ts';
import type { CometProcess } from '../support/comet-process.ts';
import { get, post } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { Deployment, refusals, sample, waiting } from './deployment.ts';

const CONNECTIONS = 150;
const WAITING = 50;
const FLOOD = 2_000;

const deployment = new Deployment();
let comet: CometProcess;

beforeAll(async () => {
  comet = await deployment.comet({
    workers: 1,
    flags: { 'max-connections': CONNECTIONS },
    env: { NODE_OPTIONS: '--max-old-space-size=48' },
  });
});

afterAll(() => deployment.clear());

describe('a flood of connections', () => {
  it('is turned away at the bound and counted, and who was there is served as ever', async () => {
    const admitted = await Promise.all(Array.from({ length: WAITING }, () => Wire.open(comet.port())));
    for (const wire of admitted) wire.send(render('/get?key=flooded&after=0&timeout=60'));
    await waiting(comet, WAITING);
    const publisher = await Wire.open(comet.port());
    const flood = await Promise.all(Array.from({ length: FLOOD }, () => Wire.open(comet.port())));
    for (const wire of flood) if (!wire.closed) wire.send('GET /get?key=flooded HTTP/1.1\r\nHost: a\r\nX-Slow: ');
    const turnedAway = FLOOD - (CONNECTIONS - WAITING - 1);
    await until(() => flood.filter(({ ended, closed }) => ended || closed).length === turnedAway, {
      message: 'those above the bound to be turned away',
    });
    // Those that were let in are there until the time for their heads is over, 15 s.
    expect(await sample(comet, 'comet_connections')).toBe(CONNECTIONS);
    expect(await refusals(comet, 'connections')).toBe(turnedAway);
    const body = 'key=flooded&value=v';
    const headers = ['Content-Type: application/x-www-form-urlencoded'];
    publisher.send(render('/set', { method: 'POST', headers, body }));
    expect((await publisher.answer()).status).toBe(200);
    for (const wire of admitted) expect((await wire.answer()).json).toMatchObject({ value: 'v' });
    for (const wire of [...admitted, ...flood, publisher]) wire.destroy();
    await until(async () => (await sample(comet, 'comet_connections')) === 0);
    expect((await post(comet.port(), '/set', { form: { key: 'after', value: 'v' } })).status).toBe(200);
    expect((await get(comet.port(), '/get?key=after')).json()).toMatchObject({ value: 'v' });
    expect(await sample(comet, 'comet_worker_restarts_total')).toBe(0);
  });
});
