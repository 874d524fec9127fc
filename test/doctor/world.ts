import type { Config } from '../../src/config/options.ts';
import { diagnose } from '../../src/doctor/diagnose.ts';
import type { Facts, MachineFacts, NginxFacts, RedisServerFacts } from '../../src/doctor/facts.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import { parseNginx } from '../../src/doctor/nginx/syntax.ts';
import { configOf } from '../nginx/config.ts';

export const KEYS = { publishKey: ['a'.repeat(32)], signSecret: ['b'.repeat(32)] } as const;

const MACHINE: MachineFacts = {
  openFiles: 32_768,
  openFilesOf: null,
  cpus: 4,
  cpuLimit: Number.POSITIVE_INFINITY,
  memory: 8 * 1024 ** 3,
  kernel: {
    'fs.file-max': '9223372036854775807',
    'fs.nr_open': '1048576',
    'net.core.somaxconn': '4096',
    'net.ipv4.ip_local_port_range': '10000 65000',
    'net.ipv4.ip_local_reserved_ports': '',
    'net.ipv4.tcp_abort_on_overflow': '0',
    'net.ipv4.tcp_keepalive_time': '7200',
    'net.ipv4.tcp_max_syn_backlog': '4096',
    'net.ipv4.tcp_max_tw_buckets': '131072',
    'net.ipv4.tcp_syncookies': '1',
    'net.ipv4.tcp_timestamps': '1',
    'net.netfilter.nf_conntrack_count': '120',
    'net.netfilter.nf_conntrack_max': '262144',
    'vm.overcommit_memory': '1',
  },
};

const REDIS: RedisServerFacts = {
  kind: 'single',
  info: {
    redis_version: '7.2.4',
    role: 'master',
    cluster_enabled: '0',
    loading: '0',
    aof_enabled: '1',
    aof_last_write_status: 'ok',
    rdb_last_bgsave_status: 'ok',
    used_memory: '104857600',
    maxmemory: '1073741824',
    evicted_keys: '0',
    connected_clients: '8',
    maxclients: '10000',
  },
  settings: {
    appendfsync: 'everysec',
    save: '',
    maxmemory: '1073741824',
    'maxmemory-policy': 'noeviction',
    'client-output-buffer-limit': 'normal 0 0 0 slave 268435456 67108864 60 pubsub 268435456 67108864 60',
    'notify-keyspace-events': 'lK',
  },
  latencyMs: 0.3,
  clockOffsetMs: 12,
  clockErrorMs: 2,
  refused: [],
  isLocal: true,
};

/** What differs from a machine on which nothing is to be mended. */
export interface Changes {
  readonly config?: Partial<Config>;
  /** As it was written, where that differs from what the machine makes of it. */
  readonly configured?: Partial<Config>;
  readonly machine?: Partial<MachineFacts>;
  readonly kernel?: Readonly<Record<string, string>>;
  readonly redis?: Partial<RedisServerFacts> | null;
  readonly info?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, string>>;
  /** Text of an nginx configuration. */
  readonly nginx?: string;
  readonly facts?: Partial<Facts>;
}

export function factsOf(changes: Changes = {}): Facts {
  const config = configOf({
    ...KEYS,
    redisUrl: 'redis://127.0.0.1:6379',
    trustedProxies: ['127.0.0.1'],
    pidFile: '/run/comet/comet.pid',
    maxWaiters: 32_568,
    ...changes.config,
  });
  const server = {
    ...REDIS,
    ...changes.redis,
    info: { ...REDIS.info, ...changes.info },
    settings: { ...REDIS.settings, ...changes.settings },
  };
  return {
    config,
    configured: { ...config, maxWaiters: 0, ...changes.configured },
    machine: { ...MACHINE, ...changes.machine, kernel: { ...MACHINE.kernel, ...changes.kernel } },
    ports: [
      { option: 'port', host: '127.0.0.1', port: 8885, state: 'free' },
      { option: 'port', host: '127.0.0.1', port: 8886, state: 'free' },
      { option: 'admin-port', host: '127.0.0.1', port: 8880, state: 'free' },
    ],
    pidFile: { state: 'free' },
    redis: changes.redis === null ? null : { reached: true, server },
    nginx: changes.nginx === undefined ? null : nginxOf(changes.nginx),
    ...changes.facts,
  };
}

/** What is not all right with these facts. */
export function troublesOf(changes: Changes): Finding[] {
  return diagnose(factsOf(changes)).filter(({ severity }) => severity !== 'ok');
}

/** `fail ports`, … */
export function namesOf(findings: readonly Finding[]): string[] {
  return findings.map(({ severity, check }) => `${severity} ${check}`);
}

function nginxOf(text: string): NginxFacts {
  return { read: true, file: '/etc/nginx/nginx.conf', directives: parseNginx(text) };
}
