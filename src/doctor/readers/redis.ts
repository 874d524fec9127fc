import { randomBytes } from 'node:crypto';
import { BlockList, isIP, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { ErrorReply } from 'redis';
import { isLoopback } from '../../config/loopback.ts';
import type { Config } from '../../config/options.ts';
import { parseRedisUrl } from '../../config/redis-url.ts';
import type { Address, Target } from '../../engine/redis/target.ts';
import { redactText } from '../../redact.ts';
import type { RedisFacts, RedisServerFacts } from '../facts.ts';
import { locateRedis } from './redis-master.ts';
import { inSession, type RedisSession } from './redis-session.ts';
import { channelsOf, trialsOf } from './redis-trials.ts';

const PINGS = 9;
/** The whole examination, in deadlines of one call. */
const CALLS = 5;
const SETTINGS = [
  'appendfsync',
  'client-output-buffer-limit',
  'maxclients',
  'maxmemory',
  'maxmemory-policy',
  'notify-keyspace-events',
  'save',
] as const;

/**
 * What a Redis tells of itself and lets our user do. Writes a few keys of its own under `redis-prefix` and
 * `mailbox-prefix`, and removes them. Never rejects, and never takes longer than five times `redis-timeout`.
 */
export async function readRedis(config: Config): Promise<RedisFacts> {
  const url = parseRedisUrl(config.redisUrl);
  if (!url.ok) return { reached: false, problem: `redis-url ${url.problem}` };
  const { target } = url;
  const seconds = CALLS * config.redisTimeout;
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new Error(`no answer within ${seconds} s`)), seconds * 1000);
  const options = { config, target, signal: deadline.signal };
  try {
    const address = await locateRedis(options);
    const server = await inSession({ ...options, address }, (redis) => examine(redis, config, target));
    return { reached: true, server: { ...server, kind: target.kind, isLocal: isHere(address) } };
  } catch (error) {
    return { reached: false, problem: redactText(reasonOf(error)) };
  } finally {
    clearTimeout(timer);
  }
}

async function examine(
  redis: RedisSession,
  config: Config,
  target: Target,
): Promise<Omit<RedisServerFacts, 'kind' | 'isLocal'>> {
  const { latencyMs, clockOffsetMs, clockErrorMs } = await time(redis);
  const info = parseInfo(await allowed(redis, ['INFO']));
  const settings: Record<string, string> = {};
  for (const name of SETTINGS) Object.assign(settings, pairsOf(await allowed(redis, ['CONFIG', 'GET', name])));
  const refused = await refusedTrials(redis, config, target);
  return { info, settings, latencyMs, clockOffsetMs, clockErrorMs, refused };
}

/** One node of a cluster has a part of the keys only: there nothing is tried. */
async function refusedTrials(redis: RedisSession, config: Config, target: Target): Promise<string[]> {
  if (target.kind === 'cluster') return [];
  const unique = randomBytes(9).toString('hex');
  const refused: string[] = [];
  for (const args of trialsOf(config, unique)) {
    const refusal = await refusalOf(redis.send(args));
    if (refusal !== null) refused.push(`${(args[0] ?? '').toLowerCase()}: ${refusal}`);
  }
  for (const channel of channelsOf(config, target.database, unique)) {
    const refusal = await refusalOf(redis.visit(channel));
    if (refusal !== null) refused.push(`subscribe to ${channel.replace(unique, '…')}: ${refusal}`);
  }
  return refused;
}

/** The clock of the quickest of some round trips, which bounds the error by half of its time. */
async function time(redis: RedisSession) {
  const samples: { took: number; offset: number }[] = [];
  for (let ping = 0; ping < PINGS; ping++) {
    const sent = Date.now();
    const start = performance.now();
    const [seconds, microseconds] = (await redis.send(['TIME'])) as string[];
    const took = performance.now() - start;
    samples.push({ took, offset: sent + took / 2 - Number(seconds) * 1000 - Number(microseconds) / 1000 });
  }
  samples.sort((a, b) => a.took - b.took);
  const best = samples[0] ?? { took: 0, offset: 0 };
  return {
    latencyMs: samples[Math.floor(PINGS / 2)]?.took ?? 0,
    clockOffsetMs: best.offset,
    clockErrorMs: best.took / 2 + 1,
  };
}

/** The reply, or `null` where Redis refuses. A connection that broke is no refusal. */
async function allowed(redis: RedisSession, args: readonly string[]): Promise<unknown> {
  try {
    return await redis.send(args);
  } catch (error) {
    if (error instanceof ErrorReply) return null;
    throw error;
  }
}

/** What Redis says to a call that it doesn't like, without the name of the key; `null` when it does it. */
async function refusalOf(call: Promise<unknown>): Promise<string | null> {
  try {
    await call;
    return null;
  } catch (error) {
    if (error instanceof ErrorReply) return error.message.split(/[.'`]/)[0] ?? error.message;
    throw error;
  }
}

/** `name:value` lines. */
function parseInfo(reply: unknown): Record<string, string> {
  const lines = typeof reply === 'string' ? reply.split('\r\n') : [];
  return Object.fromEntries(
    lines.flatMap((line) => {
      const colon = line.indexOf(':');
      return line.startsWith('#') || colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 1)]];
    }),
  );
}

/** RESP3 gives a map, which comes as an object; RESP2 a flat list. */
function pairsOf(reply: unknown): Record<string, string> {
  if (Array.isArray(reply)) return { [String(reply[0])]: String(reply[1]) };
  return Object.fromEntries(Object.entries(reply ?? {}).map(([name, value]) => [name, String(value)]));
}

function isHere(address: Address): boolean {
  if ('path' in address) return true;
  const { host } = address;
  const own = new BlockList();
  for (const { address: ours, family } of Object.values(networkInterfaces()).flatMap((each) => each ?? [])) {
    own.addAddress(ours, family === 'IPv6' ? 'ipv6' : 'ipv4');
  }
  return isLoopback(host) || (isIP(host) !== 0 && own.check(host, isIPv6(host) ? 'ipv6' : 'ipv4'));
}

function reasonOf(error: unknown): string {
  const { message, code, errors } = error as Error & { code?: string; errors?: readonly Error[] };
  if (message !== '') return message;
  return errors?.[0]?.message ?? code ?? 'it cannot be reached';
}
