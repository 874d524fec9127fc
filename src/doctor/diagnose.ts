import { keys, tokens, trustedProxies } from './checks/access.ts';
import { cpus, memory } from './checks/capacity.ts';
import type { Check } from './checks/check.ts';
import { backlog, connectionTracking, harmfulAdvice, portRange, synCookies } from './checks/kernel.ts';
import { adminAddress, pidFile, ports } from './checks/listening.ts';
import { nginx } from './checks/nginx.ts';
import { machineFiles, openFiles } from './checks/open-files.ts';
import { clock, connections, kind, latency, onRedis, permissions, reached } from './checks/redis.ts';
import {
  eviction,
  keyspaceEvents,
  memoryLimit,
  persistence,
  pubsubBuffer,
  redisHost,
} from './checks/redis-settings.ts';
import type { Facts } from './facts.ts';
import type { Finding } from './finding.ts';

/** In the order in which an operator mends things: what keeps the server from running first. */
const CHECKS: readonly Check[] = [
  ports,
  pidFile,
  keys,
  tokens,
  adminAddress,
  trustedProxies,
  openFiles,
  machineFiles,
  cpus,
  memory,
  backlog,
  synCookies,
  portRange,
  harmfulAdvice,
  connectionTracking,
  reached,
  ...[
    kind,
    permissions,
    persistence,
    eviction,
    memoryLimit,
    pubsubBuffer,
    keyspaceEvents,
    connections,
    latency,
    clock,
    redisHost,
  ].map(onRedis),
  nginx,
];

/** Everything that the checks have to say about these facts. */
export function diagnose(facts: Facts): readonly Finding[] {
  return CHECKS.flatMap((check) => check(facts));
}
