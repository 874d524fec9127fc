/** Which Redis a URL means, without the secrets that it may hold. */
export interface Target {
  /** For logs: `host:port/database`. */
  readonly name: string;
  readonly database: number;
}

const DEFAULT_PORT = '6379';

export function describeTarget(url: string): Target {
  const { hostname, port, pathname } = new URL(url);
  const database = Number(pathname.slice(1));
  return { name: `${hostname}:${port || DEFAULT_PORT}/${database}`, database };
}
