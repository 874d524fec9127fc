import type { Address } from '../../engine/redis/target.ts';
import { inSession, type SessionOptions } from './redis-session.ts';

/** Where the Redis of a URL is: the address in it, what the sentinels say, or one node of a cluster. */
export async function locateRedis(options: Omit<SessionOptions, 'address'>): Promise<Address> {
  const { target } = options;
  const [first] = target.addresses;
  if (first === undefined) throw new Error('redis-url names no host');
  if (target.kind !== 'sentinel') return first;
  const asked = await Promise.allSettled(target.addresses.map((address) => ask({ ...options, address })));
  const opinions = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  // Who knows of the latest failover is right.
  const [newest] = opinions.sort((a, b) => b.epoch - a.epoch);
  if (newest !== undefined) return newest.address;
  const reasons = asked.flatMap((one) => (one.status === 'rejected' ? [String((one.reason as Error).message)] : []));
  throw new Error(`no sentinel tells where ${target.master} is: ${[...new Set(reasons)].join('; ')}`);
}

async function ask(options: SessionOptions): Promise<{ readonly address: Address; readonly epoch: number }> {
  try {
    return await askAs(options, '', '');
  } catch (error) {
    // Sentinels often have no password though their Redis has one; then it isn't told to them.
    if (!/^(NOAUTH|NOPERM|WRONGPASS)/.test((error as Error).message)) throw error;
    return await askAs(options, options.target.username, options.target.password);
  }
}

async function askAs(options: SessionOptions, username: string, password: string) {
  const target = { ...options.target, database: 0, username, password };
  return await inSession({ ...options, target }, async ({ send }) => {
    const master = (await send(['SENTINEL', 'MASTER', target.master])) as Readonly<Record<string, unknown>>;
    const { ip, port, 'config-epoch': epoch } = master;
    return { address: { host: String(ip), port: Number(port) }, epoch: Number(epoch) };
  });
}
