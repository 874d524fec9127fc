import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CometProcess } from '../support/comet-process.ts';
import { KeyFollower } from '../support/key-follower.ts';
import { figure, park, ready, set, unready } from '../support/parked-fleet.ts';
import { RedisServer } from '../support/redis-server.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { until } from '../support/until.ts';

const KEYS = 20;
/**
 * Milliseconds: 5 s each, and as much again for a machine that stands still meanwhile. The polls themselves would wait for
 * 60 s.
 */
const NOTICED_MS = 10_000;
const WOKEN_MS = 10_000;

let redis: RedisServer;
let proxy: TcpProxy;
let machines: CometProcess[];

/** The first machine reaches Redis through the proxy, the second one directly. */
beforeEach(async () => {
  redis = await RedisServer.start();
  proxy = await TcpProxy.start(redis.port);
  // Enough history that no reconnect takes longer than it reaches back.
  const urls = [`redis://127.0.0.1:${proxy.port}`, redis.url];
  machines = await Promise.all(
    urls.map((url) => CometProcess.start({ flags: { 'redis-url': url, 'history-size': 100 } })),
  );
});

afterEach(async () => {
  await Promise.all(machines.map((machine) => machine.stop()));
  await proxy.stop();
  await redis.stop();
});

describe('followers by cursor', () => {
  it('see every entry once and in order while subscriber connections are killed again and again', async () => {
    const ports = machines.flatMap((machine) => machine.ports);
    const followers = Array.from({ length: KEYS }, (_, index) => new KeyFollower(`f-${index}`, ports));
    const running = followers.map((follower) => follower.run());
    const written: string[][] = followers.map(() => []);
    try {
      for (let round = 0; round < 60; round++) {
        if (round % 3 === 0) await redis.cli('CLIENT', 'KILL', 'TYPE', 'pubsub');
        const sets = written.map(async (values, index) => {
          const value = `${index}.${round}`;
          await set(ports[(index + round) % ports.length] as number, `f-${index}`, value);
          values.push(value);
        });
        await Promise.all(sets);
      }
      const all = () => followers.every((follower, index) => follower.seen.length >= (written[index]?.length ?? 0));
      await until(all, { message: 'every entry to be seen' });
    } finally {
      for (const follower of followers) follower.stop();
      await Promise.all(running);
    }
    expect(followers.flatMap((follower) => follower.faults)).toEqual([]);
    expect(followers.map((follower) => follower.seen)).toEqual(written);
    const resyncs = await Promise.all(machines.map((machine) => figure(machine, 'comet_resyncs_total')));
    expect(Math.min(...resyncs)).toBeGreaterThanOrEqual(5);
  });

  it.each(['both', 'toClient', 'toServer'] as const)(
    'are told in seconds of what was set while the way to Redis was silent (%s)',
    async (direction) => {
      const [behind, direct] = machines as [CometProcess, CometProcess];
      const cursor = await set(direct.port(), 'key', 'before');
      const polls = behind.ports.map((port) => park(port, 'key', cursor, 60));
      await until(async () => (await figure(behind, 'comet_waiters')) === 2, { message: 'the polls to be parked' });
      proxy.silence(direction);
      await set(direct.port(), 'key', 'meanwhile');
      await unready(behind, NOTICED_MS);
      proxy.resume();
      await until(() => polls.every((poll) => poll.settled !== null), {
        timeout: WOKEN_MS,
        message: 'the polls to be woken',
      });
      expect(polls.map((poll) => poll.settled)).toEqual(
        polls.map(() => expect.objectContaining({ value: 'meanwhile', recovered: true })),
      );
      await ready(behind);
    },
    90_000,
  );
});
