import type { RedisServer } from '../../test/support/redis-server.ts';
import { until } from '../../test/support/until.ts';

/** Gives a Redis that was started from a snapshot its append-only file back; resolves once that is complete. */
export async function keepAppending(server: RedisServer): Promise<void> {
  await server.cli('CONFIG', 'SET', 'appendonly', 'yes');
  const written = async () => {
    const info = String(await server.cli('INFO', 'persistence'));
    return info.includes('aof_rewrite_in_progress:0') && info.includes('aof_rewrite_scheduled:0');
  };
  await until(written, { interval: 20, message: 'the append-only file' });
}
