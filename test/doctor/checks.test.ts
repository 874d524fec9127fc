import { describe, expect, it } from '@jest/globals';
import { diagnose } from '../../src/doctor/diagnose.ts';
import { worstOf } from '../../src/doctor/finding.ts';
import { type Changes, factsOf, KEYS, namesOf, troublesOf } from './world.ts';

const port = (state: 'comet' | 'taken' | 'forbidden' | 'no-address') => ({
  ports: [{ option: 'port', host: '127.0.0.1', port: 8885, state }] as const,
});

/** What is changed, what is found, and a word that the finding must hold. */
const CASES: readonly (readonly [string, Changes, string, string])[] = [
  ['a port of another program', { facts: port('taken') }, 'fail ports', '8885'],
  ['a port without the privilege', { facts: port('forbidden') }, 'fail ports', 'CAP_NET_BIND_SERVICE'],
  ['an address of another machine', { facts: port('no-address') }, 'fail ports', 'no address of this machine'],
  ['a server that nobody knows', { facts: port('comet') }, 'info ports', 'give its --config or environment'],
  ['no pid file', { facts: { pidFile: { state: 'none' } } }, 'info pid-file', 'comet reload'],
  ['a pid file in no directory', { facts: { pidFile: { state: 'unusable', problem: 'p' } } }, 'fail pid-file', '/run'],
  ['try-out mode', { config: { publishKey: [], signSecret: [] } }, 'warn keys', 'openssl rand -hex 32'],
  ['no publish key', { config: { publishKey: [] } }, 'info keys', '401'],
  ['no sign secret', { config: { signSecret: [] } }, 'info keys', '404'],
  ['tokens for anybody', { config: { tokenKeys: ['PEM'] } }, 'info tokens', 'aud'],
  ['an admin server for all', { config: { adminHost: '0.0.0.0' } }, 'info admin-address', 'no password'],
  ['no trusted proxy', { config: { trustedProxies: [] } }, 'info trusted-proxies', '127.0.0.1'],
  [
    'max-waiters beyond the limit',
    { configured: { maxWaiters: 40_000 }, config: { maxWaiters: 40_000 } },
    'fail open-files',
    'LimitNOFILE=40200',
  ],
  [
    'max-connections beyond the limit',
    { configured: { maxConnections: 40_000 } },
    'fail open-files',
    'max-connections is 40000',
  ],
  ['a low file limit', { machine: { openFiles: 1024 } }, 'warn open-files', '824 waiting requests'],
  ["a low limit of the server's own", { machine: { openFiles: 1024, openFilesOf: 7 } }, 'warn open-files', 'process 7'],
  ['a low limit of the machine', { kernel: { 'fs.file-max': '60000' } }, 'warn machine-files', 'fs.file-max'],
  ['more workers than CPUs', { machine: { cpus: 1 } }, 'warn cpus', '2 workers share 1 CPUs'],
  ['a CPU limit below the workers', { machine: { cpuLimit: 1.5 } }, 'warn cpus', 'workers 1'],
  ['less memory than waiters', { machine: { memory: 1024 ** 3 } }, 'info memory', 'max-waiters 24608'],
  [
    'less memory than asked for',
    { machine: { memory: 1024 ** 3 }, configured: { maxWaiters: 32_568 } },
    'warn memory',
    'max-waiters 24608',
  ],
  ['no memory for the processes', { machine: { memory: 128 * 1024 ** 2 } }, 'fail memory', 'less workers'],
  ['a backlog that is cut', { kernel: { 'net.core.somaxconn': '128' } }, 'warn backlog', 'comet sysctl'],
  ['SYN cookies off', { kernel: { 'net.ipv4.tcp_syncookies': '0' } }, 'warn syn-cookies', 'old tuning guides'],
  ['SYN cookies always', { kernel: { 'net.ipv4.tcp_syncookies': '2' } }, 'warn syn-cookies', 'meant for tests'],
  ['few handshakes', { kernel: { 'net.ipv4.tcp_max_syn_backlog': '512' } }, 'info syn-cookies', '512'],
  [
    'a port that may be lent',
    { kernel: { 'net.ipv4.ip_local_port_range': '1024 65000' } },
    'warn port-range',
    '8885, 8886, 8880',
  ],
  [
    'few local ports',
    { kernel: { 'net.ipv4.ip_local_port_range': '40000 49999' } },
    'warn port-range',
    '10000 connections',
  ],
  ['tcp_tw_recycle', { kernel: { 'net.ipv4.tcp_tw_recycle': '1' } }, 'fail kernel-advice', 'address translation'],
  ['resets on overflow', { kernel: { 'net.ipv4.tcp_abort_on_overflow': '1' } }, 'warn kernel-advice', 'resets'],
  ['no timestamps', { kernel: { 'net.ipv4.tcp_timestamps': '0' } }, 'warn kernel-advice', 'tcp_timestamps'],
  ['few TIME_WAIT', { kernel: { 'net.ipv4.tcp_max_tw_buckets': '5000' } }, 'warn kernel-advice', 'default'],
  ['tiny keepalive', { kernel: { 'net.ipv4.tcp_keepalive_time': '5' } }, 'warn kernel-advice', 'phones'],
  [
    'a full tracker',
    { kernel: { 'net.netfilter.nf_conntrack_count': '250000' } },
    'warn connection-tracking',
    '524288',
  ],
  [
    'a tracker below max-waiters',
    { configured: { maxWaiters: 32_000 }, kernel: { 'net.netfilter.nf_conntrack_max': '100000' } },
    'warn connection-tracking',
    '128000',
  ],
  ['the embedded engine', { redis: null }, 'info redis', 'this machine'],
  ['no Redis', { facts: { redis: { reached: false, problem: 'connect ECONNREFUSED' } } }, 'fail redis', 'ECONNREFUSED'],
  ['an old Redis', { info: { redis_version: '6.0.16' } }, 'fail redis-kind', 'Redis 6.0.16'],
  [
    'a replica',
    { info: { role: 'slave', master_host: '10.0.0.5', master_port: '6379' } },
    'fail redis-kind',
    '10.0.0.5:6379',
  ],
  ['a cluster', { info: { cluster_enabled: '1' } }, 'fail redis-kind', 'redis+cluster://'],
  ['no cluster', { redis: { kind: 'cluster' } }, 'fail redis-kind', 'no node'],
  [
    'one node of a cluster',
    { redis: { kind: 'cluster' }, info: { cluster_enabled: '1', role: 'slave' } },
    'info redis-kind',
    'not tried',
  ],
  ['a Redis that loads', { info: { loading: '1' } }, 'fail redis-kind', 'loads'],
  ['a missing right', { redis: { refused: ['hset: NOPERM'] } }, 'fail redis-permissions', 'hset: NOPERM'],
  ['no persistence', { info: { aof_enabled: '0' } }, 'warn redis-persistence', 'appendonly yes'],
  [
    'snapshots only',
    { info: { aof_enabled: '0' }, settings: { save: '3600 1' } },
    'info redis-persistence',
    'snapshots',
  ],
  ['a save that failed', { info: { rdb_last_bgsave_status: 'err' } }, 'fail redis-persistence', 'MISCONF'],
  ['eviction', { settings: { 'maxmemory-policy': 'allkeys-lru' } }, 'warn redis-eviction', 'vanish'],
  [
    'eviction without a limit',
    { settings: { 'maxmemory-policy': 'volatile-lru', maxmemory: '1073741824' }, info: { evicted_keys: '3' } },
    'fail redis-eviction',
    '3 keys',
  ],
  ['no maxmemory', { settings: { maxmemory: '0' } }, 'info redis-memory', 'kernel kills it'],
  ['a full Redis', { info: { used_memory: '1000000000' } }, 'warn redis-memory', '93 %'],
  [
    'the usual output buffer',
    { settings: { 'client-output-buffer-limit': 'normal 0 0 0 pubsub 33554432 8388608 60' } },
    'info redis-pubsub-buffer',
    '32 MB at once, 8 MB for 60 s',
  ],
  [
    'a small output buffer',
    { settings: { 'client-output-buffer-limit': 'pubsub 1048576 0 0' } },
    'warn redis-pubsub-buffer',
    '1 MB at once',
  ],
  [
    'no bound of the buffer',
    { settings: { 'client-output-buffer-limit': 'pubsub 0 0 0' } },
    'info redis-pubsub-buffer',
    'no bound',
  ],
  ['no keyspace events', { settings: { 'notify-keyspace-events': '' } }, 'warn redis-keyspace-events', '15 s'],
  ['other keyspace events', { settings: { 'notify-keyspace-events': 'Ex' } }, 'warn redis-keyspace-events', 'Kl'],
  ['all keyspace events', { settings: { 'notify-keyspace-events': 'AKE' } }, 'info redis-keyspace-events', 'costs'],
  ['no connection left', { info: { connected_clients: '9998' } }, 'fail redis-connections', 'maxclients 10014'],
  [
    'no connection left for durable sets',
    { config: { durability: 'replicas=1' }, info: { connected_clients: '9995' } },
    'fail redis-connections',
    'maxclients 10019',
  ],
  ['a slow Redis', { redis: { latencyMs: 40 } }, 'warn redis-latency', '40.0 ms'],
  ['a clock ahead', { redis: { clockOffsetMs: 9000 } }, 'warn clock', '9.0 s ahead of'],
  ['a clock behind', { redis: { clockOffsetMs: -9000 } }, 'warn clock', '9.0 s behind'],
  ['no overcommit beside Redis', { kernel: { 'vm.overcommit_memory': '0' } }, 'info redis-host', 'fork'],
];

describe('the checks', () => {
  it('find nothing where nothing is to be mended', () => {
    const findings = diagnose(factsOf());
    expect(namesOf(findings.filter(({ severity }) => severity !== 'ok'))).toEqual([]);
    expect(findings.length).toBeGreaterThan(20);
    expect(worstOf(findings)).toBe('ok');
  });

  it.each(CASES)('find %s', (_, changes, expected, word) => {
    const found = troublesOf(changes);
    expect(namesOf(found)).toEqual([expected]);
    const [{ what, why, mend } = { what: '', why: '', mend: '' }] = found;
    expect(`${what} | ${why} | ${mend}`).toContain(word);
    for (const text of [what, why, mend]) expect(text).not.toBe('');
  });

  it('say nothing about what nobody can know', () => {
    const redis = { reached: true, server: { ...emptyServer } } as const;
    expect(troublesOf({ machine: { kernel: {} }, facts: { redis } })).toEqual([]);
  });

  it('take a server that runs for what it is', () => {
    const facts = { ...port('comet'), pidFile: { state: 'running', pid: 12 } } as const;
    expect(troublesOf({ facts })).toEqual([]);
    expect(troublesOf({ config: KEYS, facts: { pidFile: { state: 'stale' } } })).toEqual([]);
  });

  it('take reserved ports out of the range', () => {
    const range = { 'net.ipv4.ip_local_port_range': '1024 65000' };
    const reserved = (text: string) => troublesOf({ kernel: { ...range, 'net.ipv4.ip_local_reserved_ports': text } });
    expect(reserved('8880,8885-8890')).toEqual([]);
    expect(reserved('8885-8886')[0]?.what).toContain('8880 is in it');
  });
});

const emptyServer = {
  kind: 'single',
  info: {},
  settings: {},
  latencyMs: 0.2,
  clockOffsetMs: 0,
  clockErrorMs: 1,
  refused: [],
  isLocal: false,
} as const;
