import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../hub/fake-clock.ts';
import { until } from '../support/until.ts';
import { WebSocketClient } from '../support/web-socket-client.ts';
import { TimeLeap } from './time-leap.ts';
import { HANDSHAKE, useWebSockets } from './web-sockets.ts';
import { render, Wire } from './wire.ts';
import { AUTHORIZED, type World } from './world.ts';

const { start, open, openWire } = useWebSockets();

async function append(world: World, key: string, value: string): Promise<void> {
  await world.engine.append(key, value, { ttl: 0, id: '' });
}

describe('the bounds of WebSockets', () => {
  it('count each of its keys as a waiter, and one that has none as one', async () => {
    const world = await start({ maxWaiters: 2 });
    const client = await open(world);
    expect(world.meters.waiters).toBe(1);
    await client.subscribe({ a: '0' });
    expect(await client.subscribe({ b: '0', c: '0' })).toMatchObject({
      error: 'TOO_MANY_WAITERS',
      status: 503,
      retry_after: expect.any(Number),
    });
    expect(world.meters.waiters).toBe(1);
    await open(world);
    const { status, json } = await WebSocketClient.refusal(world.port);
    expect([status, json.error]).toEqual([503, 'TOO_MANY_WAITERS']);
    expect(world.meters.refused.values.waiters).toBe(2);
    expect(world.meters.requests.get('ws')?.get(503)).toBe(1);
    await client.ask({ type: 'unsubscribe', keys: ['a'] });
    expect(world.meters.waiters).toBe(2);
    client.close();
    await until(() => world.meters.waiters === 1);
  });

  it('let go of a key that the engine has no room for, say so, and stay open', async () => {
    const world = await start({ maxWatchedKeys: 1, lingerSeconds: 60 });
    const client = await open(world);
    await client.subscribe({ a: '0' });
    await client.subscribe({ b: '' });
    expect(await client.received('refused', 1)).toMatchObject([{ key: 'b', error: 'TOO_MANY_KEYS', status: 503 }]);
    expect(world.meters.waiters).toBe(1);
    await append(world, 'a', 'on');
    await client.received('entry', 1);
    expect(await client.subscribe({ b: '0' })).toMatchObject({ error: 'TOO_MANY_KEYS' });
  });

  it('let a key that has a cursor wait for an engine out of reach', async () => {
    const world = await start();
    const client = await open(world);
    await world.engine.stop();
    expect(await client.subscribe({ patient: '0' })).toMatchObject({ error_code: 0 });
    await client.subscribe({ fresh: '' });
    expect(await client.received('refused', 1)).toMatchObject([{ key: 'fresh', error: 'ENGINE_UNAVAILABLE' }]);
    expect(world.meters.waiters).toBe(1);
    expect(await client.ask({ type: 'publish', key: 'a', value: 'b' })).toMatchObject({ error: 'UNAUTHORIZED' });
    const publisher = await open(world, { headers: AUTHORIZED });
    expect(await publisher.ask({ type: 'publish', key: 'a', value: 'b' })).toMatchObject({
      error: 'ENGINE_UNAVAILABLE',
      retry_after: expect.any(Number),
    });
  });

  it('take part in the bound on publishes under way', async () => {
    const world = await start({ maxPublishes: 1 });
    const client = await open(world, { headers: AUTHORIZED });
    const wire = await Wire.open(world.port);
    const headers = [
      'Content-Type: application/x-www-form-urlencoded',
      `Authorization: ${AUTHORIZED.authorization}`,
      'Expect: 100-continue',
      'Content-Length: 13',
    ];
    wire.send(render('/set', { method: 'POST', headers }));
    expect((await wire.answer()).status).toBe(100);
    const publish = () => client.ask({ type: 'publish', key: 'a', value: 'b' });
    expect(await publish()).toMatchObject({ error: 'TOO_MANY_PUBLISHES', status: 429 });
    wire.send('key=a&value=b');
    expect((await wire.answer()).status).toBe(200);
    // Each makes room for the next.
    expect(await publish()).toMatchObject({ error_code: 0 });
    expect(await publish()).toMatchObject({ error_code: 0 });
    wire.destroy();
  });

  it('ask for signs of life, and end each within its life, at a time of its own', async () => {
    const world = await start({ eventsLife: 4000, eventsHeartbeat: 600 });
    const time = new TimeLeap();
    try {
      const began = performance.now();
      const clients8 = await Promise.all(Array.from({ length: 8 }, () => open(world)));
      // More heartbeats than a client may leave unanswered.
      for (let beat = 1; beat <= 5; beat++) {
        time.leap(601);
        world.hub.advance();
        await until(() => clients8.every(({ pings }) => pings === beat));
        // Once that is answered, so was the ping before it.
        await Promise.all(clients8.map((client) => client.ask({ type: 'ping' })));
      }
      const left = new Set<number>();
      while (world.meters.webSockets > 0 && performance.now() - began < 4_100_000) {
        time.leap(10);
        world.hub.advance();
        if (performance.now() - began < 3_200_000) expect(world.meters.webSockets).toBe(8);
        left.add(world.meters.webSockets);
      }
      expect(world.meters.webSocketEnds.values.life).toBe(8);
      expect([world.meters.waiters, world.meters.webSockets]).toEqual([0, 0]);
      // They did not all end together, nor in two lots.
      expect(left.size).toBeGreaterThan(3);
      await Promise.all(clients8.map((client) => client.ended()));
      expect(clients8.map(({ closed }) => closed?.code)).toEqual(clients8.map(() => 1001));
    } finally {
      time.end();
    }
  });

  it('end one whose client is silent', async () => {
    const world = await start({ eventsHeartbeat: 0.1 });
    const silent = await openWire(world);
    const alive = await open(world);
    await until(() => world.meters.webSocketEnds.values.lost === 1);
    await silent.end();
    await until(() => alive.pings > 5);
    expect(alive.closed).toBeNull();
    expect(world.meters.webSockets).toBe(1);
  });

  it('end one whose client has closed its half', async () => {
    const world = await start();
    const wire = await openWire(world);
    wire.socket.end();
    await wire.end();
    await until(() => world.meters.webSockets === 0 && world.meters.waiters === 0);
    expect(world.meters.webSocketEnds.values.gone).toBe(1);
  });
});

describe('a slow reader', () => {
  const VALUES = Array.from({ length: 300 }, (_, index) => `${index}:${'x'.repeat(60_000)}`);

  it('is halted at a bound and cut, and loses nothing when it comes back by cursor', async () => {
    const world = await start({ maxStreamBytes: 16_384, eventsHeartbeat: 0.2, historySize: 400 });
    const slow = await open(world);
    await slow.subscribe({ slow: '0' });
    slow.ws.pause();
    for (const value of VALUES) await append(world, 'slow', value);
    await until(() => world.meters.webSocketEnds.values.slow === 1, { message: 'the slow reader to be cut' });
    expect([world.meters.webSockets, world.meters.waiters]).toEqual([0, 0]);
    expect(world.meters.deliveries).toBeLessThan(VALUES.length);
    slow.ws.resume();
    await slow.ended();
    const seen = slow.values('slow');
    // On a busy machine even one that reads may be too slow for so short a heartbeat: it comes back again.
    for (let cursor = String(slow.of('entry').at(-1)?.cursor ?? '0'); seen.length < VALUES.length; ) {
      const again = await open(world);
      void again.subscribe({ slow: cursor }).catch(() => {});
      await until(() => again.closed !== null || seen.length + again.values('slow').length >= VALUES.length);
      seen.push(...again.values('slow'));
      expect(again.of('missed')).toEqual([]);
      cursor = String(again.of('entry').at(-1)?.cursor ?? cursor);
    }
    expect(seen).toEqual(VALUES);
  });

  it('that only pauses catches up', async () => {
    const world = await start({ maxStreamBytes: 16_384, historySize: 400 });
    const client = await open(world);
    await client.subscribe({ pause: '0' });
    client.ws.pause();
    for (const value of VALUES) await append(world, 'pause', value);
    await until(() => world.meters.waiters === 0, { message: 'the line to halt' });
    client.ws.resume();
    await client.received('entry', VALUES.length);
    expect(client.values('pause')).toEqual(VALUES);
    await until(() => world.meters.waiters === 1);
  });

  it('is not asked on by what it sends: nothing is read from one that takes nothing', async () => {
    const world = await start({ maxStreamBytes: 16_384, eventsHeartbeat: 0.2 });
    const client = await open(world);
    client.ws.pause();
    const asking = JSON.stringify({ type: 'nonsense', request: 'x'.repeat(128) });
    let sent = 0;
    while (world.meters.webSocketEnds.values.slow === 0 && sent < 200_000) {
      for (let count = 0; count < 500; count++) client.send(asking);
      sent += 500;
      await until(() => client.ws.bufferedAmount < 1_000_000 || world.meters.webSocketEnds.values.slow === 1);
    }
    expect(world.meters.webSocketEnds.values.slow).toBe(1);
    expect(world.meters.webSocketFrames.values.in).toBeLessThan(sent);
    expect([world.meters.webSockets, world.meters.waiters]).toEqual([0, 0]);
  });
});

describe('a drain', () => {
  it('closes WebSockets spread over it, still delivers until then, and lets nobody in', async () => {
    const clock = new FakeClock();
    const world = await start({ drainSeconds: 60 }, clock);
    const idle = await Wire.open(world.port);
    idle.send(render('/healthz'));
    await idle.answer();
    const ten = await Promise.all(Array.from({ length: 10 }, () => open(world)));
    for (const client of ten) await client.subscribe({ drain: '0', other: '0' });
    const drained = world.server.drain();
    await append(world, 'drain', 'meanwhile');
    idle.send(render('/ws', { headers: HANDSHAKE }));
    expect((await idle.answer()).json).toMatchObject({ error: 'DRAINING' });
    idle.destroy();
    await until(() => ten.every((client) => client.values('drain').length === 1));
    expect(world.meters.webSockets).toBe(10);
    const left = new Set<number>();
    for (let second = 0; second < 50; second++) {
      clock.turn(1000);
      world.hub.advance();
      left.add(world.meters.webSockets);
    }
    expect(world.meters.webSocketEnds.values.drain).toBe(10);
    expect(left.size).toBeGreaterThan(3);
    await Promise.all(ten.map((client) => client.ended()));
    await drained;
    expect(ten.map(({ closed }) => closed?.code)).toEqual(ten.map(() => 1012));
  });

  it('does not wait for clients that never close', async () => {
    const world = await start({ drainSeconds: 0.5 });
    const wire = await openWire(world);
    const began = performance.now();
    await world.server.drain();
    expect(performance.now() - began).toBeLessThan(10_000);
    await wire.end();
    expect([world.meters.webSockets, world.meters.waiters]).toEqual([0, 0]);
  });
});
