import { randomBytes } from 'node:crypto';
import pino from 'pino';
import { systemClock } from '../../src/clock.ts';
import { parseRedisUrl } from '../../src/config/redis-url.ts';
import { RedisEngine, type RedisEngineOptions } from '../../src/engine/redis/engine.ts';
import { Meters } from '../../src/metrics/meters.ts';
import type { EngineBackend, EngineSettings } from '../contract/world.ts';
import { RedisServer } from './redis-server.ts';

/** What differs from the usual; `url` is the target. */
export type RedisClientOptions = Partial<RedisEngineOptions> & { readonly url: string };

/** For tests in which nothing breaks: no call and no probe is late, however busy the machine. Milliseconds. */
export const CALM = { timeoutMs: 8_000, probeTimeoutMs: 5_000 };

/** A Redis engine that is in a hurry, with names of its own; `options` replace what is set here. */
export function redisEngine({ url, ...options }: RedisClientOptions): RedisEngine {
  const parsed = parseRedisUrl(url);
  if (!parsed.ok) throw new Error(parsed.problem);
  return new RedisEngine({
    target: parsed.target,
    tlsFiles: { ca: '', cert: '', key: '' },
    prefix: `test-${randomBytes(4).toString('hex')}:`,
    mailboxPrefix: `Q/${randomBytes(4).toString('hex')}-`,
    timeoutMs: 2_000,
    probeIntervalMs: 200,
    probeTimeoutMs: 1_000,
    historySize: 16,
    historyTtlMs: 3_600_000,
    log: pino({ level: 'silent' }),
    meters: new Meters(),
    clock: systemClock,
    ...options,
  });
}

/** A Redis of its own, and engines on it that share their names. */
export async function openRedisBackend(settings: EngineSettings): Promise<EngineBackend> {
  const server = await RedisServer.start();
  return {
    engine: () => redisEngine({ url: server.url, prefix: 'comet:', mailboxPrefix: 'Q/MSG', ...CALM, ...settings }),
    close: () => server.stop(),
  };
}
