import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { post } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { render, Wire } from './wire.ts';
import { AUTHORIZED, World } from './world.ts';

describe('connections', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(() => world.stop());

  async function set(key: string, value: string): Promise<void> {
    await post(world.port, '/set', { form: { key, value }, headers: AUTHORIZED });
  }

  it('are counted, and used again', async () => {
    const before = world.meters.connections;
    const wire = await Wire.open(world.port);
    await set('conn:again', 'v');
    for (let round = 0; round < 3; round++) {
      wire.send(render('/get?key=conn:again'));
      const answer = await wire.answer();
      expect(answer.status).toBe(200);
      expect(answer.headers.connection).toBe('keep-alive');
      wire.send(render('/get', { method: 'POST', headers: ['Content-Type: application/json'], body: '{"key":""}' }));
      expect((await wire.answer()).status).toBe(400);
    }
    expect(world.meters.connections - before).toBe(1);
    wire.destroy();
    await until(() => world.meters.connections === before);
  });

  it('are closed where the client asks for it', async () => {
    const wire = await Wire.open(world.port);
    wire.send(render('/get?key=conn:none&timeout=0', { headers: ['Connection: close'] }));
    expect((await wire.answer()).headers.connection).toBe('close');
    await wire.end();
    wire.destroy();
  });

  it('answer requests that were sent ahead one after the other', async () => {
    const wire = await Wire.open(world.port);
    wire.send(render('/get?key=conn:first&after=0') + render('/get?key=conn:second&after=0') + render('/healthz'));
    await until(() => world.meters.waiters === 1);
    await set('conn:second', 'two');
    await set('conn:first', 'one');
    expect((await wire.answer()).json).toMatchObject({ key: 'conn:first', value: 'one' });
    expect((await wire.answer()).json).toMatchObject({ key: 'conn:second', value: 'two' });
    expect((await wire.answer()).json).toEqual({ error_code: 0 });
    wire.destroy();
  });

  it('take bodies that were sent ahead', async () => {
    const wire = await Wire.open(world.port);
    const headers = ['Content-Type: application/x-www-form-urlencoded', `Authorization: ${AUTHORIZED.authorization}`];
    const write = (value: string) =>
      render('/set', { method: 'POST', headers, body: `key=conn:bodies&value=${value}` });
    wire.send(write('1') + write('2') + write('3') + render('/get?key=conn:bodies&fresh=1'));
    const answers = [await wire.answer(), await wire.answer(), await wire.answer(), await wire.answer()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(answers[3]?.json).toMatchObject({ value: '3', cursor: answers[2]?.json.cursor });
    wire.destroy();
  });

  it('leave no waiter behind when they end with requests that were sent ahead', async () => {
    const wire = await Wire.open(world.port);
    wire.send(render('/get?key=conn:1&after=0') + render('/get?key=conn:2&after=0'));
    await until(() => world.meters.waiters === 1);
    wire.destroy();
    await until(() => world.meters.connections === 0);
    expect(world.meters.waiters).toBe(0);
    await set('conn:1', 'v');
    expect(world.meters.waiters).toBe(0);
  });

  it('are cut when too much was sent ahead', async () => {
    const wire = await Wire.open(world.port);
    wire.send(render('/get?key=conn:flood&after=0').repeat(100));
    await wire.end();
    wire.destroy();
    await until(() => world.meters.waiters === 0);
    expect(wire.rest).toBe('');
  });

  it('close after what is no HTTP', async () => {
    const wire = await Wire.open(world.port);
    wire.send('GET /get HTTP/9.9\r\n\r\n');
    const answer = await wire.answer();
    expect(answer.json).toMatchObject({ error: 'REQUEST_MALFORMED' });
    expect(answer.headers.connection).toBe('close');
    await wire.end();
    wire.destroy();
  });

  it('leave a client that goes on sending the time to take its last answer', async () => {
    const wire = await Wire.open(world.port);
    // Before the answer, from which on it is a second: who sees the answer late would see less of that.
    const asked = performance.now();
    wire.send('no HTTP\r\n\r\n');
    expect((await wire.answer()).status).toBe(400);
    wire.send('x'.repeat(1_000_000));
    await until(() => world.meters.connections === 0);
    wire.destroy();
    expect(performance.now() - asked).toBeGreaterThan(900);
  });

  it('do not take an error for the answer of the request before it', async () => {
    const wire = await Wire.open(world.port);
    wire.send(render('/get?key=conn:garbage&after=0'));
    await until(() => world.meters.waiters === 1);
    wire.send('no HTTP\r\n\r\n');
    await wire.end();
    expect(wire.rest).toBe('');
    await until(() => world.meters.waiters === 0);
    wire.destroy();
  });

  it('give the answer to a set that something else than HTTP follows, and close', async () => {
    const headers = ['Content-Type: application/x-www-form-urlencoded', `Authorization: ${AUTHORIZED.authorization}`];
    const owed = render('/set', { method: 'POST', headers, body: 'key=conn:owed&value=v' });
    for (const behind of ['no HTTP\r\n\r\n', 'x y\r\n']) {
      const wire = await Wire.open(world.port);
      wire.send(owed + behind);
      expect(await wire.answer()).toMatchObject({ status: 200, headers: { connection: 'close' } });
      await wire.end();
      wire.destroy();
    }
    await until(() => world.meters.connections === 0);
  });

  it('answer a request that is to be their last, whatever comes behind it', async () => {
    const last = ['Connection: close'];
    const wire = await Wire.open(world.port);
    wire.send(`${render('/get?key=conn:last&timeout=0', { headers: last })}x`);
    expect(await wire.answer()).toMatchObject({ status: 200, json: { error_code: 1 } });
    await wire.end();
    wire.destroy();
    const waiting = await Wire.open(world.port);
    waiting.send(`${render('/get?key=conn:last&after=0', { headers: last })}x`);
    await until(() => world.meters.waiters === 1);
    waiting.send('no HTTP\r\n\r\n');
    await set('conn:last', 'v');
    expect(await waiting.answer()).toMatchObject({ status: 200, json: { value: 'v' } });
    await waiting.end();
    waiting.destroy();
    const left = await Wire.open(world.port);
    left.send(`${render('/get?key=conn:left&after=0', { headers: last })}x`);
    await until(() => world.meters.waiters === 1);
    left.destroy();
    await until(() => world.meters.waiters === 0 && world.meters.connections === 0);
  });

  it('say what is wrong with a chunk of the request that they wait for', async () => {
    const wire = await Wire.open(world.port);
    const headers = ['Content-Type: application/x-www-form-urlencoded', 'Transfer-Encoding: chunked'];
    wire.send(`${render('/get', { method: 'POST', headers })}3\r\nkey\r\n`);
    await until(() => world.meters.connections === 1);
    wire.send('zz\r\n');
    expect((await wire.answer()).json).toMatchObject({ error: 'REQUEST_MALFORMED' });
    await wire.end();
    wire.destroy();
    await until(() => world.meters.connections === 0);
  });

  it('that are reset take nothing with them', async () => {
    const wires = await Promise.all(Array.from({ length: 5 }, () => Wire.open(world.port)));
    for (const wire of wires) wire.send(render('/get?key=conn:reset&after=0'));
    await until(() => world.meters.waiters === wires.length);
    for (const wire of wires) wire.socket.resetAndDestroy();
    await until(() => world.meters.waiters === 0 && world.meters.connections === 0);
  });
});

describe('a defect', () => {
  it('is logged, answered with 500 and survived', async () => {
    const world = await World.start();
    const poll = world.hub.poll.bind(world.hub);
    world.hub.poll = () => {
      throw new TypeError('the hub is broken');
    };
    const wire = await Wire.open(world.port);
    wire.send(render('/get?key=defect'));
    const answer = await wire.answer();
    expect(answer.status).toBe(500);
    expect(answer.json).toEqual({ error_code: 500, error: 'INTERNAL', message: expect.any(String) });
    expect(answer.body).not.toContain('broken');
    expect(world.logged).toContainEqual(expect.objectContaining({ level: 50, msg: 'defect', route: 'get' }));
    world.hub.poll = poll;
    wire.send(render('/get?key=defect&timeout=0'));
    expect((await wire.answer()).status).toBe(200);
    wire.destroy();
    await world.stop();
  });

  it('in the answer to a parked poll is no different', async () => {
    const world = await World.start();
    const poll = world.hub.poll.bind(world.hub);
    world.hub.poll = (waiter, ...rest) => {
      waiter.onEntry = () => {
        throw new RangeError('this entry cannot be written');
      };
      poll(waiter, ...rest);
    };
    const wire = await Wire.open(world.port);
    wire.send(render('/get?key=broken&after=0'));
    await until(() => world.meters.waiters === 1);
    await post(world.port, '/set', { form: { key: 'broken', value: 'v' }, headers: AUTHORIZED });
    expect((await wire.answer()).status).toBe(500);
    expect(world.logged).toContainEqual(expect.objectContaining({ level: 50, msg: 'defect', route: 'get' }));
    wire.destroy();
    await world.stop();
  });

  it('in an engine call is no different', async () => {
    const world = await World.start();
    world.engine.append = () => Promise.reject(new RangeError('the engine is broken'));
    const answer = await post(world.port, '/set', { form: { key: 'k', value: 'v' }, headers: AUTHORIZED });
    expect(answer.status).toBe(500);
    expect(world.meters.publishes.values.error).toBe(1);
    expect(world.logged).toContainEqual(expect.objectContaining({ level: 50, route: 'set' }));
    await world.stop();
  });
});
