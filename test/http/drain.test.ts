import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { signMailbox } from '../../src/sign.ts';
import { FakeClock } from '../hub/fake-clock.ts';
import { get } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { render, Wire } from './wire.ts';
import { SIGN_SECRET, World } from './world.ts';

/** The query of somebody who may poll a mailbox. */
function mailbox(uid: string): string {
  const expires = String(Math.ceil(Date.now() / 1000) + 60);
  return `/?uid=${uid}&expires=${expires}&sign=${signMailbox(SIGN_SECRET, uid, expires)}`;
}

describe('health', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.start();
  });
  afterEach(() => world.stop());

  it('is alive and ready', async () => {
    await until(async () => (await get(world.port, '/readyz')).status === 200);
    for (const path of ['/healthz', '/readyz']) {
      const answer = await get(world.port, path);
      expect(answer.json()).toEqual({ error_code: 0 });
      expect(answer.headers['cache-control']).toBe('no-store');
    }
  });

  it('answers HEAD without a body', async () => {
    const wire = await Wire.open(world.port);
    wire.send(render('/healthz', { method: 'HEAD' }) + render('/healthz'));
    const head = await wire.answer({ bodiless: true });
    expect(head.status).toBe(200);
    expect((await wire.answer()).headers['content-length']).toBe(head.headers['content-length']);
    wire.destroy();
  });

  it('is not ready when it was told so, and goes on', async () => {
    world.server.setUnready('shutting down in 5 s');
    const answer = await get(world.port, '/readyz');
    expect(answer.status).toBe(503);
    expect(answer.json()).toMatchObject({ error: 'DRAINING', message: 'shutting down in 5 s' });
    expect(answer.headers['retry-after']).toMatch(/^[1-5]$/);
    expect(world.meters.refused.values.draining).toBe(0);
    expect((await get(world.port, '/healthz')).status).toBe(200);
    const poll = await get(world.port, '/get?key=drain:unready&timeout=0');
    expect(poll.json()).toMatchObject({ error_code: 1 });
    expect(poll.headers.connection).toBe('close'); // The client's own wish: no agent.
  });

  it('says why its engine is not ready', async () => {
    await world.engine.stop();
    const answer = await get(world.port, '/readyz');
    expect(answer.status).toBe(503);
    expect(answer.json()).toMatchObject({ error: 'ENGINE_UNAVAILABLE', message: expect.stringMatching(/\w/) });
    expect((await get(world.port, '/healthz')).status).toBe(200);
  });
});

describe('a drain', () => {
  let world: World;
  let clock: FakeClock;
  beforeEach(async () => {
    clock = new FakeClock();
    // Far longer than a machine stands still: what is left then is cut.
    world = await World.start({ drainSeconds: 60 }, clock);
  });
  afterEach(() => world.stop());

  it('answers those who wait, over a while, and closes their connections', async () => {
    const wires = await Promise.all(Array.from({ length: 20 }, () => Wire.open(world.port)));
    for (const wire of wires) wire.send(render('/get?key=drain:many&after=0'));
    await until(() => world.meters.waiters === wires.length);
    const drained = world.server.drain();
    const waiting = new Set<number>();
    for (let second = 0; second < 50; second++) {
      clock.turn(1000);
      world.hub.advance();
      waiting.add(world.meters.waiters);
    }
    expect(world.meters.waiters).toBe(0);
    expect(waiting.size).toBeGreaterThan(3);
    for (const wire of wires) {
      const answer = await wire.answer();
      expect(answer.json).toEqual({ error_code: 1, key: 'drain:many', cursor: '0', recovered: true });
      expect(answer.headers.connection).toBe('close');
    }
    for (const wire of wires) wire.socket.end();
    await drained;
    expect(world.meters.connections).toBe(0);
    expect(world.meters.waiters).toBe(0);
  });

  it('takes no new connections, and does not cut idle ones', async () => {
    const idle = await Wire.open(world.port);
    idle.send(render('/get?key=drain:idle&timeout=0'));
    expect((await idle.answer()).headers.connection).toBe('keep-alive');
    const { port } = world;
    const start = performance.now();
    const drained = world.server.drain();
    await expect(get(port, '/healthz')).rejects.toThrow('ECONNREFUSED');
    idle.send(render('/get?key=drain:idle&after=0'));
    const answer = await idle.answer();
    expect(answer.json).toEqual({ error_code: 1, key: 'drain:idle', cursor: '0', recovered: true });
    expect(answer.headers.connection).toBe('close');
    await idle.end();
    idle.socket.end();
    await drained;
    // It ends with the last connection, not with the time it was given.
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  it('says on an old connection that it is not ready', async () => {
    const idle = await Wire.open(world.port);
    idle.send(render('/healthz'));
    await idle.answer();
    const drained = world.server.drain();
    idle.send(render('/readyz'));
    expect((await idle.answer()).json).toMatchObject({ error: 'DRAINING' });
    idle.destroy();
    await drained;
  });

  it('never stops a mailbox poll: parked or new, it is to come back', async () => {
    const [parked, idle] = [await Wire.open(world.port), await Wire.open(world.port)];
    parked.send(render(mailbox('drain')));
    idle.send(render('/healthz'));
    await idle.answer();
    await until(() => world.meters.waiters === 1);
    const drained = world.server.drain();
    clock.turn(50_000);
    idle.send(render(mailbox('drain')));
    for (const wire of [parked, idle]) {
      const answer = await wire.answer();
      expect(answer.status).toBe(503);
      expect(answer.json).toMatchObject({ error: 'DRAINING', error_code: 103 });
      expect(answer.headers['retry-after']).toMatch(/^[1-5]$/);
      expect(answer.headers.connection).toBe('close');
      wire.socket.end();
    }
    expect(world.meters.refused.values.draining).toBe(2);
    await drained;
  });

  it('ends in time with connections that never end, and more than once at once', async () => {
    await world.stop();
    world = await World.start({ drainSeconds: 2 });
    const idle = await Wire.open(world.port);
    idle.send(render('/healthz'));
    await idle.answer();
    const start = performance.now();
    await Promise.all([world.server.drain(), world.server.drain()]);
    const took = performance.now() - start;
    expect(took).toBeGreaterThan(1_900);
    expect(took).toBeLessThan(10_000);
    await until(() => idle.closed || idle.ended);
    idle.destroy();
  });

  it('of no time still lets answers out', async () => {
    const hasty = await World.start({ drainSeconds: 0 });
    const wire = await Wire.open(hasty.port);
    wire.send(render('/get?key=drain:hasty'));
    await until(() => hasty.meters.waiters === 1);
    const drained = hasty.server.drain();
    expect((await wire.answer()).json).toMatchObject({ error_code: 1 });
    wire.socket.end();
    await drained;
    await hasty.stop();
  });
});

describe('listening', () => {
  it('fails with what the system says', async () => {
    const world = await World.start();
    const second = await World.start();
    await second.server.close();
    await expect(second.server.listen({ host: '127.0.0.1', port: world.port }, 511)).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await second.stop();
    await world.stop();
  });

  it('ends more than once', async () => {
    const world = await World.start();
    expect(world.port).toBeGreaterThan(0);
    await Promise.all([world.server.close(), world.server.close()]);
    await world.server.drain();
    expect(world.port).toBe(0);
    await world.stop();
  });
});
