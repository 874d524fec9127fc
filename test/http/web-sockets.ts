import { afterEach, expect } from '@jest/globals';
import type { Clock } from '../../src/clock.ts';
import type { Config } from '../../src/config/options.ts';
import { WebSocketClient, type WebSocketClientOptions } from '../support/web-socket-client.ts';
import { render, Wire } from './wire.ts';
import { World } from './world.ts';

export const HANDSHAKE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

/** Workers and WebSockets for the tests of a file; all are gone after each test. */
export function useWebSockets() {
  const worlds: World[] = [];
  const clients: WebSocketClient[] = [];
  const wires: Wire[] = [];

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    for (const wire of wires.splice(0)) wire.destroy();
    await Promise.all(worlds.splice(0).map((world) => world.stop()));
  });

  return {
    /** A worker of its own. */
    async start(changes: Partial<Config> = {}, clock?: Clock): Promise<World> {
      const world = await World.start(changes, clock);
      worlds.push(world);
      return world;
    },

    async open(world: World, options?: WebSocketClientOptions): Promise<WebSocketClient> {
      const client = await WebSocketClient.open(world.port, options);
      clients.push(client);
      return client;
    },

    /** A bare connection on which the handshake is done. */
    async openWire(world: World): Promise<Wire> {
      const wire = await Wire.open(world.port);
      wires.push(wire);
      wire.send(render('/ws', { headers: HANDSHAKE }));
      expect((await wire.answer()).status).toBe(101);
      return wire;
    },
  };
}

/** A frame as a client sends it, with the mask 0. */
export function frame(opcode: number, payload: Buffer, fin = true): Buffer {
  const { length } = payload;
  const size = length > 125 ? [0x80 | 126, length >> 8, length & 255] : [0x80 | length];
  return Buffer.concat([Buffer.from([(fin ? 0x80 : 0) | opcode, ...size, 0, 0, 0, 0]), payload]);
}
