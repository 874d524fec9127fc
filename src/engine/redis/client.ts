import { readFileSync } from 'node:fs';
import { createClient } from 'redis';
import type { Address, Target, TlsFiles } from './target.ts';

/** What our own scripts and commands reply. An error is one of a part. */
export type Reply = string | number | null | Error | readonly Reply[];

export type Client = ReturnType<typeof createRedisClient>;

/** How a server lets us in, wherever it is. */
export interface Access extends Pick<Target, 'tls' | 'username' | 'password' | 'database'> {
  readonly tlsFiles: TlsFiles;
}

export interface ClientOptions {
  readonly address: Address;
  readonly access: Access;
  /** How it is called in Redis' `CLIENT LIST`. */
  readonly name: string;
  /** Milliseconds. */
  readonly connectTimeout: number;
  /** Cuts it at any moment, also while it connects. */
  readonly signal: AbortSignal;
}

/**
 * A node-redis client that is one TCP connection: it never reconnects, never queues while it is not connected, and has
 * no timer of its own a command. Throws if a file of certificates can't be read.
 */
export function createRedisClient({ address, access, name, connectTimeout, signal }: ClientOptions) {
  const socket = { reconnectStrategy: false as const, connectTimeout, signal };
  return createClient({
    ...(access.username === '' ? {} : { username: access.username }),
    ...(access.password === '' ? {} : { password: access.password }),
    database: access.database,
    name,
    disableOfflineQueue: true,
    // Redis before 7.2 doesn't know the command, and a narrow user may not send it.
    disableClientInfo: true,
    maintNotifications: 'disabled',
    commandOptions: { timeout: 0 },
    socket: access.tls
      ? { ...socket, ...tlsAddress(address), tls: true, ...pem(access.tlsFiles) }
      : { ...socket, ...address, tls: false },
  });
}

/** The parser of URLs lets no TLS come with a path. */
function tlsAddress(address: Address): { readonly host: string; readonly port: number } {
  if ('path' in address) throw new TypeError('TLS needs a host');
  return address;
}

function pem(files: TlsFiles): Readonly<Record<string, Buffer>> {
  const given = Object.entries(files).filter(([, path]) => path !== '');
  return Object.fromEntries(given.map(([name, path]) => [name, readFileSync(path)]));
}
