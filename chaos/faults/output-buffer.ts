import { createClient } from 'redis';
import { Names } from '../../src/engine/redis/names.ts';
import type { RedisServer } from '../../test/support/redis-server.ts';
import { until } from '../../test/support/until.ts';
import type { Fault } from './fault.ts';

/** Publishes one message so often within one command that no subscriber can take it meanwhile. */
const FLOOD = `for _ = 1, tonumber(ARGV[2]) do redis.call('PUBLISH', KEYS[1], ARGV[1]) end`;
const REPEATS = '3000';
const LIMIT = '65536';

export const outputBuffer: Fault = {
  name: 'output-buffer',
  part: 'redis',
  topologies: ['single'],
  lives: 0,
  elections: 0,
  hold: [0, 0],
  how: 'a flood of old notices of a key, until Redis drops every subscriber (client-output-buffer-limit)',
  seen: 'nothing: workers subscribe again and read what they missed; what is old is not delivered again',
  test: 'test/fault/redis-subscriber.test.ts',
  async inject({ deployment, random, keys }) {
    const { server } = deployment.single;
    // Only keys that are set all the time, whatever was healed before.
    const channel = new Names('comet:', 'Q/MSG', 0).channel(random.pick(keys.slice(0, 2)));
    const notice = await overheard(server, channel);
    const before = await subscribers(server);
    await server.cli('CONFIG', 'SET', 'client-output-buffer-limit', `pubsub ${LIMIT} 0 0`);
    await server.cli('EVAL', FLOOD, '1', channel, notice, REPEATS);
    const dropped = async () => (await subscribers(server)).every((id) => !before.includes(id));
    await until(dropped, { message: 'Redis to drop a subscriber' }).catch(() => {});
    await server.cli('CONFIG', 'SET', 'client-output-buffer-limit', 'pubsub 33554432 8388608 60');
    return { heal: async () => {} };
  },
};

/** The next message on a channel. */
async function overheard(server: RedisServer, channel: string): Promise<string> {
  const client = createClient({ url: server.url });
  await client.connect();
  try {
    let heard: string | null = null;
    await client.subscribe(channel, (message) => {
      heard = message;
    });
    return await until(() => heard, { message: `a notice on ${channel}` });
  } finally {
    client.destroy();
  }
}

/** Ids of the connections that subscribe. */
async function subscribers(server: RedisServer): Promise<string[]> {
  const list = String(await server.cli('CLIENT', 'LIST', 'TYPE', 'pubsub'));
  return [...list.matchAll(/^id=(\d+)/gm)].map(([, id]) => id ?? '');
}
