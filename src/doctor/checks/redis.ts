import type { Facts, RedisServerFacts } from '../facts.ts';
import { type Finding, fine, trouble } from '../finding.ts';

type RedisCheck = (server: RedisServerFacts, facts: Facts) => readonly Finding[];

const OLDEST_MAJOR = 7;
/** Milliseconds above which Redis is not where it should be: in the same data centre. */
const SLOW_MS = 5;
/** Milliseconds by which clocks may differ before signs are taken for expired too early or too late. */
const CLOCK_MS = 2000;

/** Whether Redis answers at all; without an engine of that kind, what that means. */
export function reached({ redis }: Facts): Finding[] {
  const check = 'redis';
  if (redis === null) {
    return [
      trouble('info', check, {
        what: 'the embedded engine is used: there is no redis-url',
        why: 'keys and mailboxes are in the memory of this machine, for its workers alone, and gone after a restart',
        mend: 'redis-url, unless that is what you want',
      }),
    ];
  }
  if (redis.reached) return [fine(check, `answers within ${redis.server.latencyMs.toFixed(1)} ms`)];
  return [
    trouble('fail', check, {
      what: redis.problem,
      why: 'the server starts and waits for it: nothing is delivered, and publishing is answered 503',
      mend: 'redis-url: host, port, user, password and rediss:// for TLS; does Redis run, and does its firewall let us in?',
    }),
  ];
}

/** Whether this Redis is one that the server can stand on. */
export const kind: RedisCheck = ({ info, kind: expected }) => {
  const check = 'redis-kind';
  const version = info.redis_version ?? '';
  if (version === '') return [];
  const problem = unusable(info, version, expected === 'cluster');
  if (problem !== null) return [trouble('fail', check, problem)];
  if (expected !== 'cluster') return [fine(check, `Redis ${version}, a master`)];
  return [
    trouble('info', check, {
      what: `Redis ${version}, one node of a Redis Cluster`,
      why: 'the others were not looked at, and what our user may do was not tried',
      mend: 'look at each: --redis-url with the address of one node at a time tells its settings',
    }),
  ];
};

function unusable(info: Readonly<Record<string, string>>, version: string, isCluster: boolean) {
  if (Number.parseInt(version, 10) < OLDEST_MAJOR) {
    const mend = `install Redis ${OLDEST_MAJOR} or later`;
    return { what: `this is Redis ${version}`, why: 'the server refuses to use it', mend };
  }
  if (info.role === 'slave' && !isCluster) {
    const mend = `redis-url: its master, ${info.master_host ?? ''}:${info.master_port ?? ''}`;
    return { what: 'this is a replica', why: 'it takes no writes; the server refuses to use it', mend };
  }
  if (info.cluster_enabled === '1' && !isCluster) {
    const why = 'it answers for a part of the keys only: publishing others fails';
    return { what: 'this is a node of a Redis Cluster', why, mend: 'redis-url redis+cluster://…' };
  }
  if (info.cluster_enabled === '0' && isCluster) {
    const why = 'redis-url says that it is one';
    return { what: 'this is no node of a Redis Cluster', why, mend: 'redis-url redis://…' };
  }
  if (info.loading === '1') {
    const why = 'until then nothing is delivered, and publishing is answered 503';
    return { what: 'Redis still loads its data', why, mend: 'wait, and look again' };
  }
  return null;
}

/** Whether the round trip is that of one data centre. */
export const latency: RedisCheck = ({ latencyMs }) => {
  const check = 'redis-latency';
  if (latencyMs <= SLOW_MS) return [fine(check, `a round trip takes ${latencyMs.toFixed(1)} ms`)];
  return [
    trouble('warn', check, {
      what: `a round trip to Redis takes ${latencyMs.toFixed(1)} ms`,
      why: 'every set takes one, every wake-up half of one more',
      mend: 'a Redis nearby; "redis-cli --latency" and "redis-cli --intrinsic-latency 10" tell the network from a slow machine, SLOWLOG GET finds slow commands of others',
    }),
  ];
};

/** Whether both machines have the same time. */
export const clock: RedisCheck = ({ clockOffsetMs, clockErrorMs }) => {
  const check = 'clock';
  const offset = Math.abs(clockOffsetMs);
  const seconds = (offset / 1000).toFixed(1);
  if (offset - clockErrorMs <= CLOCK_MS) return [fine(check, `within ${seconds} s of the clock of Redis`)];
  return [
    trouble('warn', check, {
      what: `this machine's clock is ${seconds} s ${clockOffsetMs > 0 ? 'ahead of' : 'behind'} that of Redis`,
      why: 'one of them is wrong: signs expire too early or too late, and the times in the logs do not fit together',
      mend: 'synchronise both (chrony, systemd-timesyncd); "timedatectl" shows the state',
    }),
  ];
};

/** Whether our user may do all that the server does. */
export const permissions: RedisCheck = ({ refused }) => {
  const check = 'redis-permissions';
  if (refused.length === 0) return [fine(check, 'our user may do all that the server does')];
  return [
    trouble('fail', check, {
      what: `Redis refuses ${refused.join('; ')}`,
      why: 'calls that need it are answered 503',
      mend: 'docs/operations.md has an ACL SETUSER line that is enough; NOPERM means that a right is missing, other words say what ails Redis',
    }),
  ];
};

/** Whether Redis has room for the connections of all workers: for commands, for subscriptions, and for durable sets. */
export const connections: RedisCheck = ({ info, settings }, { config }) => {
  const check = 'redis-connections';
  const most = Number(info.maxclients ?? settings.maxclients ?? Number.NaN);
  const now = Number(info.connected_clients ?? Number.NaN);
  if (Number.isNaN(most) || Number.isNaN(now)) return [];
  const needed = (config.durability === '' ? 2 : 3) * config.workers;
  if (now + needed <= most) return [fine(check, `${now} of ${most} connections are used`)];
  return [
    trouble('fail', check, {
      what: `Redis takes ${most} connections and has ${now}; ${config.workers} workers need ${needed}`,
      why: 'it refuses what is beyond: some workers deliver nothing',
      mend: `maxclients ${now + 4 * needed}`,
    }),
  ];
};

/** Checks of a Redis that answered. */
export function onRedis(check: RedisCheck): (facts: Facts) => readonly Finding[] {
  return (facts) => (facts.redis?.reached === true ? check(facts.redis.server, facts) : []);
}
