/** A WebSocket ends by itself, at the end of its life or of its worker: never between a set and its answer. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CometProcess } from '../support/comet-process.ts';
import { get } from '../support/http-client.ts';
import { RedisServer } from '../support/redis-server.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { until } from '../support/until.ts';
import { WebSocketClient } from '../support/web-socket-client.ts';

const PUBLISH_KEY = 'publish-key-of-the-life-test';
const PUBLISHER = { headers: { authorization: `Bearer ${PUBLISH_KEY}` } };

let redis: RedisServer;
let proxy: TcpProxy;
let comet: CometProcess;

/** A Redis that takes a while to answer. */
beforeAll(async () => {
  redis = await RedisServer.start();
  proxy = await TcpProxy.start(redis.port);
  const flags = {
    'redis-url': `redis://127.0.0.1:${proxy.port}`,
    'publish-key': PUBLISH_KEY,
    'events-life': 2,
    'history-size': 1000,
    'drain-seconds': 4,
    // The proxy stands still whenever this process does: a set that fails for that may have been done.
    'redis-timeout': 15,
  };
  comet = await CometProcess.start({ workers: 1, flags });
  proxy.delay(200);
});

afterAll(async () => {
  proxy?.delay(0);
  await comet?.stop();
  await proxy?.stop();
  await redis?.stop();
});

/** What was published over one WebSocket, or over several in a row. */
interface Published {
  /** The values whose sets were answered. */
  readonly answered: readonly string[];
  readonly codes: readonly number[];
}

/** Publishes without end, from this value on, until the server closes. */
async function publishUntilClosed(client: WebSocketClient, key: string, first: number): Promise<Published> {
  for (let value = first; client.closed === null; value++) {
    client.send({ type: 'publish', request: value, key, value: String(value) });
    const before = client.pings + client.frames.length;
    // Some at once, so that some are always under way.
    if (value % 4 === 3) await until(() => client.closed !== null || client.pings + client.frames.length > before);
  }
  const answers = client.of('answer').filter(({ error_code }) => error_code === 0);
  return { answered: answers.map(({ request }) => String(request)), codes: [client.closed?.code ?? 0] };
}

/**
 * Publishes over one WebSocket after the other until more than so many values were answered: one that stands still for
 * most of its life brings none. `opened` is called with the first.
 */
async function publish(key: string, enough: number, opened = () => {}): Promise<Published> {
  const answered: string[] = [];
  const codes: number[] = [];
  while (answered.length <= enough) {
    // A worker that goes away takes no WebSocket any more.
    const client = await until(() => WebSocketClient.open(comet.port(), PUBLISHER));
    if (codes.length === 0) opened();
    const life = await publishUntilClosed(client, key, 1_000 * codes.length);
    answered.push(...life.answered);
    codes.push(...life.codes);
  }
  return { answered, codes };
}

/** A worker that goes away answers a poll before it has read anything: whoever polled polls again. */
async function written(key: string): Promise<unknown[]> {
  for (;;) {
    const { entries } = (await get(comet.port(), `/get?key=${key}&all=1&after=0&timeout=5`)).json<{
      entries?: { value: string }[];
    }>();
    if (entries !== undefined) return entries.map(({ value }) => value);
  }
}

describe('what was published over a WebSocket', () => {
  it('was answered when its life ends', async () => {
    const { answered, codes } = await publish('life:own', 4);
    expect(codes).toEqual(codes.map(() => 1001));
    expect(await written('life:own')).toEqual(answered);
  });

  it('was answered when its worker goes away', async () => {
    const { answered, codes } = await publish('life:worker', 0, () => comet.signal('SIGHUP'));
    for (const code of codes) expect([1001, 1012]).toContain(code);
    expect(await written('life:worker')).toEqual(answered);
  });
});
