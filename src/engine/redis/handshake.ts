import type { Clock } from '../../clock.ts';
import { CometError } from '../../errors.ts';
import type { Connection } from './connection.ts';
import type { RedisTime } from './redis-time.ts';

const OLDEST_MAJOR = 7;

/**
 * Looks whom a new connection has reached, and refuses what we can't stand on: a Redis that is too old, is a replica
 * or still loads its data. Learns its clock.
 */
export async function greet(connection: Connection, clock: Clock, time: RedisTime): Promise<void> {
  const sent = clock.now();
  const [server, replication, persistence, now] = await Promise.all([
    connection.send(['INFO', 'server']),
    connection.send(['INFO', 'replication']),
    connection.send(['INFO', 'persistence']),
    connection.send(['TIME']),
  ]);
  const [seconds, microseconds] = now as readonly string[];
  time.learn(sent, clock.now(), Number(seconds) * 1000 + Number(microseconds) / 1000);
  const version = field(server as string, 'redis_version');
  if (Number.parseInt(version, 10) < OLDEST_MAJOR) {
    const message = `This is Redis ${version}; version ${OLDEST_MAJOR} or later is needed.`;
    throw new CometError('ENGINE_UNAVAILABLE', { message });
  }
  if (field(persistence as string, 'loading') === '1') throw new CometError('REDIS_LOADING');
  if (field(replication as string, 'role') !== 'master') throw new CometError('REDIS_READONLY');
  connection.runId = field(server as string, 'run_id');
}

function field(info: string, name: string): string {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
}
