import { afterEach, describe, expect, it } from '@jest/globals';
import type { Clock } from '../../src/clock.ts';
import type { Config } from '../../src/config/options.ts';
import { FakeClock } from '../hub/fake-clock.ts';
import { EventClient } from '../support/event-client.ts';
import { until } from '../support/until.ts';
import { TimeLeap } from './time-leap.ts';
import { render, Wire } from './wire.ts';
import { World } from './world.ts';

let world: World | undefined;
let time: TimeLeap | undefined;

afterEach(async () => {
  time?.end();
  time = undefined;
  await world?.stop();
  world = undefined;
});

/** A worker that is gone after the test, and its streams with it. */
async function start(changes: Partial<Config>, clock?: Clock): Promise<World> {
  world = await World.start(changes, clock);
  return world;
}

function open({ port }: World, count: number, path: string): Promise<EventClient[]> {
  return Promise.all(Array.from({ length: count }, () => EventClient.open(port, path)));
}

describe('an event stream', () => {
  it('shows signs of life, and ends within its life, at a time of its own', async () => {
    const own = await start({ eventsLife: 4000, eventsHeartbeat: 100 });
    time = new TimeLeap();
    const began = performance.now();
    const clients = await open(own, 8, '/events?key=life');
    // Then nothing is asked of the engine any more: that would have a deadline.
    await until(() => clients.every(({ lastEventId }) => lastEventId === '0'));
    const left = new Set<number>();
    while (own.meters.streams > 0 && performance.now() - began < 4_100_000) {
      time.leap(10);
      own.hub.advance();
      if (performance.now() - began < 3_200_000) expect(own.meters.streams).toBe(8);
      left.add(own.meters.streams);
    }
    expect([own.meters.streamEnds.values.life, own.meters.waiters]).toEqual([8, 0]);
    // Neither all together, nor in two lots.
    expect(left.size).toBeGreaterThan(3);
    await Promise.all(clients.map((client) => client.ended()));
    for (const client of clients) {
      expect(client.state).toBe('ended');
      expect(client.beats).toBeGreaterThan(28);
      expect(client.retries.at(-1)).toBeLessThanOrEqual(1000);
    }
  });
});

describe('a drain', () => {
  it('ends streams spread over it, still delivers until then, and says when to come back', async () => {
    const clock = new FakeClock();
    const own = await start({ drainSeconds: 60 }, clock);
    const keys = Array.from({ length: 20 }, (_, index) => `key=d${index}`).join('&');
    const clients = await open(own, 10, `/events?key=drain&${keys}`);
    await until(() => own.meters.waiters === 210);
    const drained = own.server.drain();
    await own.engine.append('drain', 'meanwhile', { ttl: 0, id: '' });
    await until(() => clients.every((client) => client.values('drain').length === 1));
    expect(own.meters.streams).toBe(10);
    const left = new Set<number>();
    for (let second = 0; second < 50; second++) {
      clock.turn(1000);
      own.hub.advance();
      left.add(own.meters.streams);
    }
    expect(own.meters.streamEnds.values.drain).toBe(10);
    expect(left.size).toBeGreaterThan(3);
    await Promise.all(clients.map((client) => client.ended()));
    await drained;
    expect(clients.map(({ state }) => state)).toEqual(clients.map(() => 'ended'));
    for (const client of clients) expect(client.retries.at(-1)).toBeLessThanOrEqual(1000);
  });

  it('lets no stream begin, and has an EventSource come back', async () => {
    // Cuts whoever is left when it is over: that is to be later than a machine stands still.
    const own = await start({ drainSeconds: 60 });
    const wires = [await Wire.open(own.port), await Wire.open(own.port)] as const;
    for (const wire of wires) {
      wire.send(render('/healthz'));
      await wire.answer();
    }
    const drained = own.server.drain();
    wires[0].send(render('/events?key=a'));
    expect((await wires[0].answer()).json).toMatchObject({ error: 'DRAINING' });
    wires[1].send(render('/events?key=a', { headers: ['Accept: text/event-stream'] }));
    await wires[1].end();
    expect(wires[1].rest).toMatch(
      /^HTTP\/1\.1 200 [\s\S]*\nretry: \d+\nevent: refused\ndata: .*"DRAINING".*"status":503/,
    );
    for (const wire of wires) wire.destroy();
    await drained;
    expect(own.meters.waiters).toBe(0);
  });
});
