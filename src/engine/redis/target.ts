/** Where a server listens: a port, or a socket in the file system. */
export type Address = { readonly host: string; readonly port: number } | { readonly path: string };

/** Which Redis is meant, and how to log in: what a `redis-url` says, as the engine and `comet doctor` take it. */
export interface Target {
  /** `single`: Redis itself; `sentinel`: sentinels, who know where it is; `cluster`: some nodes of a Redis Cluster. */
  readonly kind: 'single' | 'sentinel' | 'cluster';
  /** At least one. */
  readonly addresses: readonly Address[];
  /** What the sentinels call the master; empty without sentinels. */
  readonly master: string;
  readonly tls: boolean;
  /** Empty for Redis' default user. */
  readonly username: string;
  readonly password: string;
  readonly database: number;
}

/** Paths of PEM files; empty for none. They are read for each connection, so that a renewed one is taken. */
export interface TlsFiles {
  /** Whom to believe in place of the system's authorities. */
  readonly ca: string;
  /** Our own certificate and its key. */
  readonly cert: string;
  readonly key: string;
}

/** For logs, without secrets: `host:port/database`, `host:port,host:port/master/database`. */
export function describeTarget(target: Target): string {
  const master = target.master === '' ? '' : `/${target.master}`;
  return `${target.addresses.map(describeAddress).join(',')}${master}/${target.database}`;
}

export function isSameAddress(one: Address, other: Address): boolean {
  return describeAddress(one) === describeAddress(other);
}

export function describeAddress(address: Address): string {
  return 'path' in address ? address.path : `${address.host}:${address.port}`;
}
