import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createClient } from 'redis';
import { set, watch } from '../contract/world.ts';
import { CALM } from '../support/redis-backend.ts';
import { outcome, type RedisClient, ready } from '../support/redis-client.ts';
import type { RedisServer } from '../support/redis-server.ts';
import { RedisStage } from '../support/redis-stage.ts';
import { until } from '../support/until.ts';

/*
 * An address that moves: a failover lets new connections reach another Redis while an old subscriber connection still
 * stands. It answers every ping, and hears nothing of what is published now.
 */

const stage = new RedisStage();

afterEach(() => stage.clear());

/** Forwards each new connection to where it points at that moment. */
class MovingAddress {
  target: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(target: number) {
    this.target = target;
    this.#server = createServer((client) => {
      const server = connect(this.target, '127.0.0.1');
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        this.#sockets.add(from);
        from.pipe(to);
        from.on('error', () => to.destroy()).on('close', () => to.destroy());
      }
    });
  }

  static async open(target: number): Promise<MovingAddress> {
    const address = new MovingAddress(target);
    address.#server.listen(0, '127.0.0.1');
    await once(address.#server, 'listening');
    return address;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

describe('after a failover behind one address', () => {
  it.each([
    ['nobody hears the probe there', false],
    ['somebody else hears the probe there', true],
  ])('a subscriber that was left behind is replaced: %s', async (_, overheard) => {
    const [old, next] = [await stage.server(), await stage.server()];
    const address = await MovingAddress.open(old.port);
    stage.closing(() => address.close());
    const client = await stage.opened({
      url: address.url,
      timeoutMs: 1_500,
      probeIntervalMs: 100,
      probeTimeoutMs: 1_500,
    });
    if (overheard) {
      const eavesdropper = createClient({ url: next.url });
      await eavesdropper.connect();
      stage.closing(async () => eavesdropper.destroy());
      await eavesdropper.pSubscribe('*', () => undefined);
    }
    await watch(client, 'k');
    address.target = next.port;
    await old.cli('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    // The other Redis has other data, which is told as live too: what counts is what comes after the loss.
    const lostAt = () => client.events.heard.findIndex(({ type }) => type === 'lost');
    const liveAgain = () =>
      client.events.heard.slice(lostAt()).some((event) => event.type === 'live' && event.keys.includes('k'));
    // 5 s, and as much again for a machine that stands still meanwhile.
    await until(() => lostAt() >= 0 && liveAgain(), { timeout: 10_000, message: 'the subscriber to be replaced' });
    expect(client.events.heard.filter(({ type }) => type === 'lost')).toHaveLength(1);
    expect(client.meters.probeFailures).toBe(1);
    await ready(client);
    await set(client, 'k', 'x');
    await until(() => client.events.entries('k').length === 1);
  });

  it('health is bad from the moment on in which the subscriber is unproven', async () => {
    const redis = await stage.server();
    const client = await stage.opened({ url: redis.url, probeIntervalMs: 50 });
    redis.freeze();
    await until(() => !client.engine.health().ready);
    redis.thaw();
    await ready(client);
  });
});

/**
 * Sets that wait for replicas have a connection of their own, which no probe goes by: it stayed with the old master, a
 * replica by then, and refused every set for ever, while the others had moved and the server said that it was ready.
 */
describe('with durability, after a failover behind one address', () => {
  interface Scene {
    readonly old: RedisServer;
    readonly next: RedisServer;
    readonly address: MovingAddress;
    readonly client: RedisClient;
  }

  async function scene(): Promise<Scene> {
    const old = await stage.server({ 'repl-diskless-sync-delay': '0' });
    const next = await stage.server({ 'repl-diskless-sync-delay': '0', replicaof: `127.0.0.1 ${old.port}` });
    await until(async () => String(await old.cli('INFO', 'replication')).includes('state=online'));
    const address = await MovingAddress.open(old.port);
    stage.closing(() => address.close());
    const client = await stage.opened({ url: address.url, ...CALM, probeIntervalMs: 100, replicas: 1 });
    return { old, next, address, client };
  }

  const demote = (old: RedisServer, next: RedisServer) => old.cli('REPLICAOF', '127.0.0.1', String(next.port));

  /** Names of our connections to this Redis, and under which number it knows them. */
  async function connections(redis: RedisServer): Promise<Map<string, string>> {
    const list = String(await redis.cli('CLIENT', 'LIST'));
    return new Map([...list.matchAll(/^id=(\d+) .* name=(comet-\w+)/gm)].map(([, id = '', name = '']) => [name, id]));
  }

  const lands = (client: RedisClient) =>
    until(async () => (await outcome(set(client, 'k', 'x', 0, 'id'))).code === 'ok', { message: 'a set to land' });

  it('none of the connections stays with the old master once the probe sees that it is none', async () => {
    const { old, next, address, client } = await scene();
    await next.cli('REPLICAOF', 'NO', 'ONE');
    address.target = next.port;
    await demote(old, next);
    await until(async () => (await connections(next)).size === 3, { message: 'all connections to the new master' });
    expect((await connections(old)).size).toBe(0);
    await lands(client);
  });

  it('a set that the old master refuses shows that the connection of sets stayed there', async () => {
    const { old, next, address, client } = await scene();
    await next.cli('REPLICAOF', 'NO', 'ONE');
    address.target = next.port;
    const before = await connections(old);
    for (const name of ['comet-commands', 'comet-subscriber']) {
      await old.cli('CLIENT', 'KILL', 'ID', before.get(name) ?? '');
    }
    await until(async () => (await connections(next)).size === 2, { message: 'two connections to the new master' });
    await demote(old, next);
    expect((await outcome(set(client, 'k', 'x', 0, 'id'))).code).toBe('REDIS_READONLY');
    await lands(client);
    expect((await connections(old)).size).toBe(0);
  });
});
