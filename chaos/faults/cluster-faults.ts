import { Names } from '../../src/engine/redis/names.ts';
import { slotOf } from '../../src/engine/redis/slots.ts';
import type { RedisServer } from '../../test/support/redis-server.ts';
import { until } from '../../test/support/until.ts';
import type { Fault, Scene } from './fault.ts';

const CHOSEN_MS = 60_000;
/** By how much a replica may lag when it takes over. */
const LAG_MS = 1_000;
const CLUSTER = ['cluster'] as const;

/** A slot that some key of the run is in. */
function someSlot({ keys, random }: Scene): number {
  return slotOf(new Names('comet:', 'Q/MSG', 0).channel(random.pick(keys)));
}

export const clusterFailover: Fault = {
  name: 'cluster-failover',
  part: 'redis',
  topologies: CLUSTER,
  lives: 1,
  elections: 1,
  hold: [0, 0],
  how: 'CLUSTER FAILOVER: a replica takes over from its master, which lives',
  seen: 'publishing waits or is refused (503) for a moment; nothing is missed, nobody is told anything',
  test: 'test/fault/redis-cluster.test.ts',
  async inject(scene) {
    const { cluster } = scene.deployment.cluster;
    const slot = someSlot(scene);
    const replica = await cluster.replicaOf(await cluster.masterOf(slot));
    await replica.cli('CLUSTER', 'FAILOVER');
    return { heal: () => tookOver(scene, slot, replica) };
  },
};

export const clusterMasterKill: Fault = {
  name: 'cluster-master-kill',
  part: 'redis',
  topologies: CLUSTER,
  lives: 2,
  elections: 1,
  hold: [0, 0],
  how: 'a master of a Cluster is killed (-9); its replica takes over',
  seen: 'keys of its slots: as with sentinels; all others go on',
  test: 'test/fault/redis-cluster.test.ts',
  async inject(scene) {
    const { cluster } = scene.deployment.cluster;
    const slot = someSlot(scene);
    const master = await cluster.masterOf(slot);
    const replica = await cluster.replicaOf(master);
    const lossFrom = performance.now() - LAG_MS;
    await master.kill();
    return {
      lossFrom,
      heal: async (onBack) => {
        await tookOver(scene, slot, replica);
        onBack();
        await master.restart();
      },
    };
  },
};

export const slotMigration: Fault = {
  name: 'slot-migration',
  part: 'redis',
  topologies: CLUSTER,
  lives: 1,
  elections: 0,
  hold: [0, 1_500],
  how: 'the slot of a key moves to another master, with a pause in which it has two nodes',
  seen: 'nothing is missed, nobody is told anything; publishing may be refused (503) for a moment',
  test: 'test/fault/redis-cluster.test.ts',
  async inject(scene) {
    const { cluster } = scene.deployment.cluster;
    const slot = someSlot(scene);
    const owner = await cluster.masterOf(slot);
    const to = scene.random.pick((await cluster.masters()).filter((master) => master !== owner));
    const move = await cluster.beginMove(slot, to);
    await move.moveKeys();
    return { heal: () => move.finish() };
  },
};

async function tookOver({ deployment }: Scene, slot: number, replica: RedisServer): Promise<void> {
  const { cluster } = deployment.cluster;
  const done = async () => (await cluster.masterOf(slot)) === replica;
  await until(done, { timeout: CHOSEN_MS, interval: 10, message: 'the replica to take over' });
}
