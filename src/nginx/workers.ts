import { isIP, isIPv6 } from 'node:net';
import type { Config } from '../config/options.ts';
import type { NginxOptions } from './options.ts';

const HOST_NAME = /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/;
/** Bound to these, a worker answers on every address, and nginx beside it takes the nearest. */
const ANY_ADDRESS = ['0.0.0.0', '::'];
const LOOPBACK = /^(127\.|::1$|localhost$)/;

/** Every worker as `host:port`, machine by machine. */
export function workerAddresses(config: Config, options: NginxOptions): string[] {
  const local = ANY_ADDRESS.includes(config.host) ? '127.0.0.1' : config.host;
  const hosts = options.machines.length > 0 ? options.machines : [local];
  const ports = Array.from({ length: config.workers }, (_, index) => config.port + index);
  return hosts.flatMap((host) => ports.map((port) => `${bracketed(host)}:${port}`));
}

/** Whether nginx may have to reach workers over a network, where a machine can vanish without refusing a connection. */
export function spansMachines(options: NginxOptions): boolean {
  return options.machines.length > 1;
}

/** Whether other machines are named but the workers of this configuration answer on their own machine only. */
export function unreachable(config: Config, options: NginxOptions): boolean {
  return LOOPBACK.test(config.host) && options.machines.some((host) => !LOOPBACK.test(host));
}

/** What is wrong with a machine's name, or nothing. */
export function machineProblem(host: string): string | null {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  if (isIPv6(bare) && !bare.includes('%')) return null;
  if (host === bare && (isIP(host) === 4 || HOST_NAME.test(host))) return null;
  return 'must be a host name or an IP address, without a port';
}

function bracketed(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}
