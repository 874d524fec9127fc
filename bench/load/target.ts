import type { DialectName } from './dialects/catalogue.ts';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** All that the load needs to know of a server; plain data, because it goes to another process. */
export interface Target {
  readonly dialect: DialectName;
  /** One or more; connections are spread over them in turn. */
  readonly endpoints: readonly Endpoint[];
  /** URL of a page that tells how many polls are parked, and the pattern that finds the numbers in it; they are added. */
  readonly census: { readonly url: string; readonly pattern: string };
  /** The processes whose CPU counts: all of the server, and apart from them Redis. */
  readonly servers: readonly number[];
  readonly redis: readonly number[];
  /** 0 where there is no Redis. */
  readonly redisPort: number;
}
