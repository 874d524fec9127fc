import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CometProcess } from '../support/comet-process.ts';
import { get } from '../support/http-client.ts';
import { RedisServer } from '../support/redis-server.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { until } from '../support/until.ts';

const USERS = 30;
const RELOADS = 1;

let redis: RedisServer;
/** Makes every call of Redis take longer than a worker that ends waits for its connections. */
let proxy: TcpProxy;
let comet: CometProcess;

beforeAll(async () => {
  redis = await RedisServer.start({ config: { 'notify-keyspace-events': 'Kl' } });
  proxy = await TcpProxy.start(redis.port);
  proxy.delay(400);
  comet = await CometProcess.start({
    flags: {
      'redis-url': `redis://127.0.0.1:${proxy.port}`,
      'drain-seconds': 0,
      // The proxy stands still whenever this process does: what was under way then may be lost, as with any time-out.
      'redis-timeout': 15,
    },
  });
});

afterAll(async () => {
  await comet.stop();
  await proxy.stop();
  await redis.stop();
});

/** Polls one mailbox without acknowledgement, for ever, on both workers in turn. */
async function follow(user: number, received: string[], stopped: () => boolean): Promise<void> {
  for (let turn = user; !stopped(); turn++) {
    const port = comet.port(turn % 2);
    const answer = await get(port, `/?uid=${user}&timeout=0.4`).catch(() => null);
    if (answer?.body.startsWith('m') === true) received.push(answer.body);
  }
}

/**
 * A worker that ends used to stop its engine as soon as the last connection was closed, with messages in its hands
 * that were on their way back: they were gone, and in no counter.
 */
describe('messages without acknowledgement, while workers are replaced by others', () => {
  it('are all received or still in their mailbox, none twice', async () => {
    const received: string[] = [];
    const pushed: string[] = [];
    let stop = false;
    const followers = Array.from({ length: USERS }, (_, user) => follow(user, received, () => stop));
    const reload = async () => {
      const before = await comet.workerPids();
      let asked = 0;
      const replaced = async () => {
        // A reload is refused where a new worker does not get ready within 10 s, and nothing was changed then.
        if (comet.output.split('reload refused').length > asked) {
          asked++;
          comet.signal('SIGHUP');
        }
        return (await comet.workerPids()).every((pid) => !before.includes(pid));
      };
      await until(replaced, { timeout: 60_000, message: 'the workers to be replaced' });
    };
    const pushing = (async () => {
      while (!stop) {
        const user = pushed.length % USERS;
        const message = `m${pushed.length}`;
        pushed.push(message);
        await redis.cli('LPUSH', `Q/MSG${user}`, message);
        // Mailboxes that are mostly empty: what is under way is what matters.
        if (user === 0) await until(() => stop || pushed.length - received.length < 2 * USERS, { timeout: 30_000 });
      }
    })();
    for (let count = 0; count < RELOADS; count++) await reload();
    stop = true;
    await Promise.all([pushing, ...followers]);
    await comet.stop();
    const left = await Promise.all(
      Array.from({ length: USERS }, (_, user) => redis.cli('LRANGE', `Q/MSG${user}`, '0', '-1')),
    );
    const found = [...received, ...(left.flat() as string[])];
    const distinct = new Set(found);
    expect(pushed.filter((message) => !distinct.has(message))).toEqual([]);
    expect(found).toHaveLength(pushed.length);
  }, 150_000);
});
