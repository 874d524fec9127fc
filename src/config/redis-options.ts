import type { Target } from '../engine/redis/target.ts';
import type { Config } from './options.ts';
import { parseRedisUrl } from './redis-url.ts';

/** What the options say of Redis, in the units of the engine: milliseconds. */
export function redisOptions(config: Config) {
  return {
    target: targetOf(config.redisUrl),
    tlsFiles: { ca: config.redisCa, cert: config.redisCert, key: config.redisKey },
    // `replicas=N`, or empty for none.
    replicas: Number(config.durability.replace('replicas=', '')),
    prefix: config.redisPrefix,
    mailboxPrefix: config.mailboxPrefix,
    timeoutMs: config.redisTimeout * 1000,
    probeIntervalMs: config.probeInterval * 1000,
    probeTimeoutMs: config.probeTimeout * 1000,
    historySize: config.historySize,
    historyTtlMs: config.historyTtl * 1000,
    maxMailboxLength: config.maxMailboxLength,
  };
}

function targetOf(url: string): Target {
  const parsed = parseRedisUrl(url);
  if (!parsed.ok) throw new Error(`redis-url ${parsed.problem}`);
  return parsed.target;
}
