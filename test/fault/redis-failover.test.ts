import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createClient } from 'redis';
import { set, watch } from '../contract/world.ts';
import { ready } from '../support/redis-client.ts';
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
