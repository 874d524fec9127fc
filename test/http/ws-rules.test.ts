import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { until } from '../support/until.ts';
import type { WebSocketClient } from '../support/web-socket-client.ts';
import { frame, useWebSockets } from './web-sockets.ts';

const { start, open, openWire } = useWebSockets();

describe('a client that breaks the rules', () => {
  it.each([
    ['a giant frame', (client: WebSocketClient) => client.ws.send('x'.repeat(262_145)), 1009, 'body_size'],
    ['binary', (client: WebSocketClient) => client.ws.send(randomBytes(16)), 1003, 'malformed'],
    [
      'half of a character',
      (client: WebSocketClient) => client.ws.send(Buffer.from([0xc3]), { binary: false }),
      1007,
      'malformed',
    ],
    [
      'thousands of fragments',
      (client: WebSocketClient) => {
        for (let count = 0; count < 5_000; count++) client.ws.send('x', { fin: false });
      },
      1008,
      'malformed',
    ],
  ] as const)('is closed: %s', async (_, send, code, reason) => {
    const world = await start();
    const client = await open(world);
    send(client);
    expect(await client.ended()).toBe(code);
    expect(world.meters.webSocketEnds.values.protocol).toBe(1);
    expect(world.meters.refused.values[reason]).toBe(1);
    expect([world.meters.webSockets, world.meters.waiters]).toEqual([0, 0]);
  });

  it('is closed: a frame that is not masked, a text within a text, a ping that is too long', async () => {
    const world = await start();
    const unmasked = Buffer.from([0x81, 0x02, 0x7b, 0x7d]);
    const nested = Buffer.concat([frame(1, Buffer.from('{'), false), frame(1, Buffer.from('}'))]);
    for (const bytes of [unmasked, nested, frame(9, Buffer.alloc(126))]) {
      const wire = await openWire(world);
      wire.send(bytes);
      await wire.end();
      // The close code 1002.
      expect(wire.rest.slice(-2)).toBe('\u0003\u00ea');
    }
  });

  it('is closed: a message that comes a byte at a time, each of which is kept with a hundred of its own', async () => {
    const world = await start();
    const wire = await openWire(world);
    const header = frame(1, Buffer.alloc(60_000)).subarray(0, 8);
    wire.send(header);
    let sent = 0;
    for (; sent < 50_000 && world.meters.webSockets > 0; sent++) {
      wire.send('x');
      // So that each is read by itself.
      await setImmediate();
    }
    expect(world.meters.webSocketEnds.values.protocol).toBe(1);
    expect(sent).toBeLessThan(50_000);
  });

  it('takes no memory with pings that it does not wait for', async () => {
    const world = await start();
    const wire = await openWire(world);
    wire.socket.pause();
    const pings = Buffer.concat(Array.from({ length: 10_000 }, () => frame(9, Buffer.alloc(120))));
    wire.send(pings);
    await until(() => world.meters.webSockets === 0, { message: 'the flood to be cut' });
    expect(world.meters.waiters).toBe(0);
  });

  it('finds no room for a thousand subscribe frames, and loses none of its answers', async () => {
    const world = await start({ maxKeysPerListener: 10 });
    const client = await open(world);
    for (let index = 0; index < 1000; index++) {
      client.send({ type: 'subscribe', request: index, keys: { [`many:${index}`]: '0' } });
    }
    const answers = await client.received('answer', 1000);
    expect(answers.map(({ request }) => request)).toEqual(Array.from({ length: 1000 }, (_, index) => index));
    expect(answers.filter(({ error_code }) => error_code === 0)).toHaveLength(10);
    expect(world.meters.waiters).toBe(10);
  });
});
