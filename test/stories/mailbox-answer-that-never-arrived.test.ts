/**
 * Elsewhere a mailbox is emptied before its messages are on their way, and what never arrives is lost:
 * faye/faye-redis-node#20 shows where.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { render, Wire } from '../http/wire.ts';
import type { CometProcess } from '../support/comet-process.ts';
import { get, post } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { Deployment, sample, waiting } from './deployment.ts';

const ROUNDS = 25;

const deployment = new Deployment();
let comet: CometProcess;

beforeAll(async () => {
  const redis = await deployment.server();
  comet = await deployment.comet({ flags: { 'redis-url': redis.url } });
});

afterAll(() => deployment.clear());

async function push(uid: string, value: string): Promise<void> {
  expect((await post(comet.port(1), '/push', { form: { uid, value } })).status).toBe(200);
}

describe('a message whose answer never arrived', () => {
  it('is given again to a client that acknowledges, until it says that it has it', async () => {
    await push('acks', 'first');
    await push('acks', 'second');
    for (let round = 0; round < ROUNDS; round++) {
      const wire = await Wire.open(comet.port(0));
      wire.socket.pause();
      const before = await sample(comet, 'comet_mailbox_messages_total{result="delivered"');
      wire.send(render('/?uid=acks&ack='));
      await until(async () => (await sample(comet, 'comet_mailbox_messages_total{result="delivered"')) > before);
      // The answer is in the kernel, and its client is gone.
      wire.socket.resetAndDestroy();
    }
    const { id, value } = (await get(comet.port(1), '/?uid=acks&ack=&timeout=5')).json<{ id: string; value: string }>();
    expect(value).toBe('first');
    expect((await get(comet.port(0), `/?uid=acks&ack=${id}&timeout=5`)).json().value).toBe('second');
  });

  it('is not taken by a poll whose client is known to be gone, and the next poll has it', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const wires = await Promise.all(Array.from({ length: 4 }, () => Wire.open(comet.port(0))));
      for (const wire of wires) wire.send(render('/?uid=leaves'));
      await waiting(comet, wires.length);
      for (const wire of wires) wire.destroy();
      await waiting(comet, 0);
      await push('leaves', `m${round}`);
      expect((await get(comet.port(round % 2), '/?uid=leaves&timeout=5')).body).toBe(`m${round}`);
    }
  });
});
