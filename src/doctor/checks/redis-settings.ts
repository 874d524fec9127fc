import { modeOf } from '../../config/mode.ts';
import type { Facts, RedisServerFacts } from '../facts.ts';
import { type Finding, fine, trouble } from '../finding.ts';

const MIB = 1024 ** 2;
/** What Redis has where nobody changed it; a burst of large values overruns it. */
const USUAL_BUFFER = 32 * MIB;
const GOOD_BUFFER = 'CONFIG SET client-output-buffer-limit "pubsub 256mb 64mb 60"';

/** What survives when Redis ends. */
export function persistence({ info, settings }: RedisServerFacts): Finding[] {
  const check = 'redis-persistence';
  const failed = ['aof_last_write_status', 'aof_last_bgrewrite_status', 'rdb_last_bgsave_status'].filter(
    (name) => info[name] === 'err',
  );
  if (failed.length > 0) {
    return [
      trouble('fail', check, {
        what: `Redis could not save its data (${failed.join(', ')})`,
        why: 'it refuses every write until it can (MISCONF), and what it has is lost when it ends',
        mend: 'the log of Redis says why: a full disk, or no memory to fork (vm.overcommit_memory = 1)',
      }),
    ];
  }
  if (info.aof_enabled === '1') {
    return [fine(check, `append-only file, ${settings.appendfsync ?? 'fsync unknown'}`)];
  }
  if (settings.save === undefined) return [];
  const lost = 'clients are told ("recovered":false)';
  if (settings.save !== '') {
    return [
      trouble('info', check, {
        what: 'Redis saves snapshots only',
        why: `after a crash the sets and messages of some minutes are lost; ${lost}`,
        mend: 'appendonly yes',
      }),
    ];
  }
  return [
    trouble('warn', check, {
      what: 'Redis saves nothing',
      why: `when it ends, every key and every mailbox is gone; ${lost}, but messages stay lost`,
      mend: 'appendonly yes; leave it so if all of it is only ever about now',
    }),
  ];
}

/** Whether Redis throws data away when it is full. */
export function eviction({ info, settings }: RedisServerFacts): Finding[] {
  const check = 'redis-eviction';
  const policy = settings['maxmemory-policy'] ?? info.maxmemory_policy;
  if (policy === undefined) return [];
  if (policy === 'noeviction') return [fine(check, 'a full Redis refuses writes, it does not forget')];
  const evicted = Number(info.evicted_keys ?? 0);
  const limit = Number(settings.maxmemory ?? info.maxmemory ?? 0);
  const severity = evicted > 0 ? 'fail' : limit > 0 ? 'warn' : 'info';
  return [
    trouble(severity, check, {
      what: `maxmemory-policy is ${policy}${evicted > 0 ? `, and ${evicted} keys were evicted already` : ''}${limit === 0 ? '; maxmemory is not set' : ''}`,
      why: 'when the memory is full, keys and whole mailboxes vanish without a word',
      mend: 'CONFIG SET maxmemory-policy noeviction: a full Redis then refuses sets (503), and you know',
    }),
  ];
}

/** How much room is left. */
export function memoryLimit({ info, settings }: RedisServerFacts): Finding[] {
  const check = 'redis-memory';
  const limit = Number(settings.maxmemory ?? info.maxmemory ?? Number.NaN);
  const used = Number(info.used_memory ?? Number.NaN);
  if (Number.isNaN(limit) || Number.isNaN(used)) return [];
  if (limit === 0) {
    return [
      trouble('info', check, {
        what: 'maxmemory is not set',
        why: 'Redis grows until the kernel kills it; mailboxes of users who never come have no other bound',
        mend: 'CONFIG SET maxmemory to some 60 % of its machine (a snapshot needs room beside it)',
      }),
    ];
  }
  const percent = Math.round((100 * used) / limit);
  if (percent <= 80) return [fine(check, `${percent} % of maxmemory are used`)];
  return [
    trouble('warn', check, {
      what: `${percent} % of maxmemory are used (${Math.round(used / MIB)} of ${Math.round(limit / MIB)} MB)`,
      why: 'when it is full, sets and pushes are refused (503)',
      mend: 'a higher maxmemory, ttl on keys, EXPIRE on mailboxes; "redis-cli --bigkeys" finds what is large',
    }),
  ];
}

/** Whether Redis drops a subscriber that lags in a burst. */
export function pubsubBuffer({ settings }: RedisServerFacts): Finding[] {
  const check = 'redis-pubsub-buffer';
  const limits = / ?pubsub (\d+) (\d+) (\d+)/.exec(` ${settings['client-output-buffer-limit'] ?? ''}`);
  if (limits === null) return [];
  const [hard, soft, seconds] = limits.slice(1).map(Number) as [number, number, number];
  const text = `${Math.round(hard / MIB)} MB at once, ${Math.round(soft / MIB)} MB for ${seconds} s`;
  if (hard === 0) {
    return [
      trouble('info', check, {
        what: 'the output buffer of subscribers has no bound',
        why: 'one subscriber that hangs takes the memory of Redis',
        mend: GOOD_BUFFER,
      }),
    ];
  }
  if (hard > USUAL_BUFFER) return [fine(check, `subscribers may lag by ${text}`)];
  return [
    trouble(hard < USUAL_BUFFER ? 'warn' : 'info', check, {
      what: `Redis drops a subscriber that lags by ${text}`,
      why: 'a burst of large values cuts every worker off: each comes back and reads everything again, just when Redis is busy',
      mend: `${GOOD_BUFFER}, then CONFIG REWRITE`,
    }),
  ];
}

/** Whether pushes that other programs make into mailboxes are announced. */
export function keyspaceEvents({ settings }: RedisServerFacts, { config }: Facts): Finding[] {
  const check = 'redis-keyspace-events';
  const flags = settings['notify-keyspace-events'];
  if (flags === undefined) return [];
  if (flags.includes('K') && /[lA]/.test(flags)) {
    if (/^[Kl]+$/.test(flags)) return [fine(check, 'pushes of other programs wake mailbox polls')];
    return [
      trouble('info', check, {
        what: `notify-keyspace-events is "${flags}", of which the server needs "Kl"`,
        why: 'Redis announces every further event too, which costs it time at each write',
        mend: 'CONFIG SET notify-keyspace-events Kl, unless another program needs the rest',
      }),
    ];
  }
  const mailboxes = config.signSecret.length > 0 || modeOf(config).tryOut;
  return [
    trouble(mailboxes ? 'warn' : 'info', check, {
      what: `notify-keyspace-events is "${flags}"`,
      why: `messages that other programs push into mailboxes are found only at the next look, after ${config.mailboxWaitMin} s or more; /push wakes at once either way`,
      mend: 'CONFIG SET notify-keyspace-events Kl, then CONFIG REWRITE',
    }),
  ];
}

/** What a Redis on this machine wants of the kernel. */
export function redisHost({ isLocal }: RedisServerFacts, { machine }: Facts): Finding[] {
  const check = 'redis-host';
  if (!isLocal) return [];
  const overcommit = machine.kernel['vm.overcommit_memory'];
  if (overcommit === undefined || overcommit === '1') return [fine(check, 'Redis can fork to save its data')];
  return [
    trouble('info', check, {
      what: `vm.overcommit_memory is ${overcommit}, and Redis runs on this machine`,
      why: 'with more than half of the memory in use it cannot fork to save its data, and then refuses writes (MISCONF)',
      mend: 'vm.overcommit_memory = 1',
    }),
  ];
}
