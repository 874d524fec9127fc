import type { Config } from '../../config/options.ts';
import type { Facts } from '../facts.ts';
import { readMachineFacts } from './machine.ts';
import { readNginx } from './nginx-file.ts';
import { readPidFileFact } from './pid-file.ts';
import { readPorts } from './ports.ts';
import { readRedis } from './redis.ts';

export interface FactsOptions {
  readonly config: Config;
  readonly configured: Config;
  /** Path of an nginx configuration; empty for none. */
  readonly nginx: string;
}

/** Gathers everything that the checks judge. Changes nothing but a moment's keys in Redis. */
export async function readFacts({ config, configured, nginx }: FactsOptions): Promise<Facts> {
  const pidFile = readPidFileFact(config.pidFile);
  const [ports, redis] = await Promise.all([readPorts(config), config.redisUrl === '' ? null : readRedis(config)]);
  return {
    config,
    configured,
    machine: readMachineFacts(pidFile.state === 'running' ? pidFile.pid : null),
    ports,
    pidFile,
    redis,
    nginx: nginx === '' ? null : readNginx(nginx),
  };
}
