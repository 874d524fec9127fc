import { until } from '../../test/support/until.ts';
import type { SentinelStore } from '../deployment/sentinel-store.ts';
import type { Fault } from './fault.ts';

const CHOSEN_MS = 60_000;
/** By how much a replica may lag when it is promoted. */
const LAG_MS = 1_000;
const SEEN =
  'publishing is refused (503) until there is a new master; what it lacks is lost, and who had seen it gets the state there is with "recovered":false';

async function promoted({ set }: SentinelStore, old: number): Promise<void> {
  const chosen = async () => {
    const master = await set.master();
    return master.port !== old && String(await master.cli('ROLE')).startsWith('master');
  };
  await until(chosen, { timeout: CHOSEN_MS, interval: 10, message: 'another master' });
}

export const sentinelFailover: Fault = {
  name: 'sentinel-failover',
  part: 'redis',
  topologies: ['sentinel'],
  lives: 2,
  elections: 1,
  hold: [0, 0],
  how: 'SENTINEL FAILOVER',
  seen: SEEN,
  test: 'test/fault/redis-sentinel.test.ts',
  async inject({ deployment }) {
    const store = deployment.sentinel;
    const { port } = await store.set.master();
    const lossFrom = performance.now() - LAG_MS;
    await store.set.failover();
    return {
      lossFrom,
      heal: async (onBack) => {
        await promoted(store, port);
        onBack();
        // Until it has been told of the other, the old master goes on taking writes that are lost.
        await store.settled();
      },
    };
  },
};

export const sentinelMasterKill: Fault = {
  name: 'sentinel-master-kill',
  part: 'redis',
  topologies: ['sentinel'],
  lives: 2,
  elections: 1,
  hold: [0, 0],
  how: 'the master is killed (-9); sentinels promote a replica',
  seen: SEEN,
  test: 'test/fault/redis-sentinel.test.ts',
  async inject({ deployment }) {
    const store = deployment.sentinel;
    const old = await store.set.master();
    const lossFrom = performance.now() - LAG_MS;
    await old.kill();
    return {
      lossFrom,
      heal: async (onBack) => {
        await promoted(store, old.port);
        onBack();
        await old.restart();
      },
    };
  },
};
