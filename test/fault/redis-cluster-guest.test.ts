import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { set } from '../contract/world.ts';
import { CALM } from '../support/redis-backend.ts';
import { RedisCluster } from '../support/redis-cluster.ts';
import type { RedisServer } from '../support/redis-server.ts';
import { RedisStage } from '../support/redis-stage.ts';
import { until } from '../support/until.ts';

const stage = new RedisStage();

// Many processes are started, and some of them have to agree.
jest.setTimeout(90_000);

afterEach(() => stage.clear());

/** Since the last `CONFIG RESETSTAT`. */
async function connections(node: RedisServer): Promise<number> {
  return Number(/total_connections_received:(\d+)/.exec(String(await node.cli('INFO', 'stats')))?.[1]);
}

/** Resolves once the engine has asked this node so often who has which slots. */
async function asked(node: RedisServer, times: number): Promise<void> {
  await node.cli('CONFIG', 'RESETSTAT');
  await until(async () => {
    const calls = /cmdstat_cluster\|slots:calls=(\d+)/.exec(String(await node.cli('INFO', 'commandstats')))?.[1];
    return Number(calls) >= times;
  });
}

describe('a node of a cluster that has lost its last slot', () => {
  /** It may be getting others, so it is kept for 30 s: its subscriber was replaced, with a warning, each second of them. */
  it('keeps its connections', async () => {
    const cluster = await RedisCluster.start({ masters: 2, replicas: 0 });
    stage.closing(() => cluster.stop());
    const client = await stage.opened({ url: cluster.url, ...CALM, probeIntervalMs: 100 });
    const [all, none] = [await cluster.masterOf(0), await cluster.masterOf(16_383)];
    for (const node of [all, none]) await node.cli('CLUSTER', 'DELSLOTSRANGE', '8192', '16383');
    await all.cli('CLUSTER', 'ADDSLOTSRANGE', '8192', '16383');
    await until(async () => JSON.stringify(await none.cli('CLUSTER', 'SLOTS')).startsWith('[[0,16383,'));
    // Subscriptions end once with the slots, and are made anew.
    await asked(all, 3);
    await none.cli('CONFIG', 'RESETSTAT');
    await asked(all, 3);
    expect(await connections(none)).toBe(0);
    expect(await none.cli('CLIENT', 'LIST')).toContain('name=comet-subscriber');
    expect(await set(client, 'k', 'x')).toMatchObject({ type: 'appended' });
  });
});
