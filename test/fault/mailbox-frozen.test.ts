import { afterEach, describe, expect, it } from '@jest/globals';
import { CometProcess } from '../support/comet-process.ts';
import { get, post } from '../support/http-client.ts';
import { RedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

let redis: RedisServer | undefined;
let comet: CometProcess;

afterEach(async () => {
  await comet.stop();
  await redis?.stop();
  redis = undefined;
});

/** The engine used to take the message out after its caller had been told 503: acknowledged, and in nobody's hands. */
async function pollWhileFrozen(freeze: () => void, thaw: () => void): Promise<void> {
  expect((await post(comet.port(1), '/push', { form: { uid: '9', value: 'm' } })).status).toBe(200);
  freeze();
  const refused = await get(comet.port(0), '/?uid=9');
  thaw();
  expect([refused.status, refused.json().error_code]).toEqual([503, 111]);
  const again = await until(
    async () => {
      const answer = await get(comet.port(0), '/?uid=9&timeout=1');
      return answer.status === 200 && answer.body === 'm' ? answer : null;
    },
    { message: 'the message to come' },
  );
  expect(again.body).toBe('m');
}

describe('a mailbox poll while the engine stands still', () => {
  it('leaves the message in Redis', async () => {
    const server = await RedisServer.start();
    redis = server;
    comet = await CometProcess.start({ flags: { 'redis-url': server.url } });
    await pollWhileFrozen(
      () => server.freeze(),
      () => server.thaw(),
    );
  }, 30_000);

  it('leaves the message in the primary', async () => {
    comet = await CometProcess.start();
    await pollWhileFrozen(
      () => comet.signal('SIGSTOP'),
      () => comet.signal('SIGCONT'),
    );
  }, 30_000);
});
