import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RedisServer } from '../../test/support/redis-server.ts';
import { until } from '../../test/support/until.ts';
import type { Fault } from './fault.ts';

const run = promisify(execFile);

export const redisFreeze: Fault = {
  name: 'redis-freeze',
  part: 'redis',
  topologies: ['single'],
  lives: 0,
  elections: 0,
  hold: [300, 4_000],
  how: 'Redis stands still for 0.3 to 4 s (SIGSTOP): connections stay open, nothing is answered',
  seen: 'publishing is refused or open (503) after redis-timeout; polls stay parked',
  test: 'test/fault/redis-outage.test.ts',
  async inject({ deployment }) {
    const { server } = deployment.single;
    server.freeze();
    return { heal: async () => server.thaw() };
  },
};

/** Connections of one kind are cut by Redis itself, on all that take writes. */
function clientKill(type: 'normal' | 'pubsub', seen: string): Fault {
  return {
    name: `client-kill-${type}`,
    part: 'redis',
    topologies: ['single', 'sentinel', 'cluster'],
    lives: 0,
    elections: 0,
    hold: [0, 0],
    how: `CLIENT KILL TYPE ${type}`,
    seen,
    test: 'test/fault/followers.test.ts',
    async inject({ deployment }) {
      const masters = await deployment.store.masters();
      await Promise.all(masters.map((master) => master.cli('CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes')));
      return { heal: async () => {} };
    },
  };
}

export const clientKillNormal = clientKill('normal', 'what was under way is open (503); the next request is served');
export const clientKillPubsub = clientKill('pubsub', 'nothing: workers subscribe again and read what they missed');

/** Of the file that Redis appends to now. */
async function appendedBytes(server: RedisServer): Promise<number> {
  const dir = join(server.dir, 'appendonlydir');
  const newest = (await readdir(dir)).filter((name) => name.endsWith('.incr.aof')).at(-1) ?? '';
  return (await stat(join(dir, newest))).size;
}

export const diskFull: Fault = {
  name: 'disk-full',
  part: 'redis',
  topologies: ['single'],
  lives: 0,
  elections: 0,
  hold: [800, 2_500],
  how: "the append-only file can't grow (prlimit --fsize): writes are refused with MISCONF",
  seen: 'publishing is refused (503 REDIS_MISCONF); polls stay parked, reads go on',
  test: 'test/engine/redis-refusals.test.ts',
  async inject({ deployment }) {
    const { server } = deployment.single;
    const limit = (bytes: number | 'unlimited') =>
      run('prlimit', [`--fsize=${bytes}:unlimited`, '--pid', `${server.pid}`]);
    await limit((await appendedBytes(server)) + 1);
    return {
      heal: async () => {
        await limit('unlimited');
        const writes = async () => String(await server.cli('INFO', 'persistence')).includes('aof_last_write_status:ok');
        await until(writes, { interval: 20, message: 'Redis to append again' });
      },
    };
  },
};
