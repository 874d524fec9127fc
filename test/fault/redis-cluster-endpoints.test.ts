import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Names } from '../../src/engine/redis/names.ts';
import { slotOf } from '../../src/engine/redis/slots.ts';
import { append } from '../contract/world.ts';
import { CALM } from '../support/redis-backend.ts';
import { RedisCluster } from '../support/redis-cluster.ts';
import { RedisStage } from '../support/redis-stage.ts';

const OURS = { prefix: 'comet:', mailboxPrefix: 'Q/MSG', ...CALM, probeIntervalMs: 100 };

const stage = new RedisStage();

// Many processes are started, and some of them have to agree.
jest.setTimeout(90_000);

afterEach(() => stage.clear());

describe('a cluster whose nodes do not tell the hosts of others', () => {
  /** Redirects to `:6381` and to `?:6381` were not understood, and refused the set. */
  it.each(['unknown-endpoint', 'hostname'])('is followed at the host that was asked: %s', async (type) => {
    const cluster = await RedisCluster.start({ replicas: 0, config: { 'cluster-preferred-endpoint-type': type } });
    stage.closing(() => cluster.stop());
    const client = await stage.opened({ url: cluster.url, ...OURS });
    // One more than the newest: a script whose names are at both masters is refused while the slot moves.
    for (const value of ['1', '2']) await append(client, 'k', value);
    const slot = slotOf(new Names(OURS.prefix, OURS.mailboxPrefix, 0).channel('k'));
    const owner = await cluster.masterOf(slot);
    const other = (await cluster.masters()).find((master) => master !== owner) ?? owner;
    const move = await cluster.beginMove(slot, other);
    await move.moveKeys();
    // Nothing that the nodes are asked each second tells of the move until it is over.
    expect(await append(client, 'k', '3')).toMatchObject({ offset: 3 });
    await move.finish();
    expect(await append(client, 'k', '4')).toMatchObject({ offset: 4 });
  });
});
