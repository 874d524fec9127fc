import type { Config } from '../config/options.ts';

/**
 * What one configuration calls its things inside nginx. They carry the first port, so that the files of several
 * configurations can be included in one nginx.
 */
export interface Names {
  /** The upstream, and the prefix of everything else. */
  readonly upstream: string;
  readonly logFormat: string;
  /** Variable: 1 for an address that stands for many clients. */
  readonly shared: string;
  /** Variable: the client that counts against the connection limit; empty for one that does not. */
  readonly client: string;
  readonly clientZone: string;
  /** Variable: seconds after which a refused client may come again. */
  readonly retryAfter: string;
  /** Variable: what a worker is told of the connection of a request that may become a WebSocket. */
  readonly connection: string;
  /** Variable: how long a static file may be kept. */
  readonly expires: string;
  readonly tlsCache: string;
}

export function namesOf(config: Pick<Config, 'port'>): Names {
  const base = `comet_${config.port}`;
  return {
    upstream: base,
    logFormat: base,
    shared: `$${base}_shared`,
    client: `$${base}_client`,
    clientZone: `${base}_clients`,
    retryAfter: `$${base}_retry_after`,
    connection: `$${base}_connection`,
    expires: `$${base}_expires`,
    tlsCache: `${base}_tls`,
  };
}
