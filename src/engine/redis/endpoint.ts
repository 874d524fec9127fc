import type { Address } from './target.ts';

/** Where a node of a Cluster listens. */
export type Endpoint = Extract<Address, { host: string }>;

/**
 * Where a node is, of which another one told this host. Nothing means the host of the node that was asked
 * (`cluster-preferred-endpoint-type unknown-endpoint`), and so does `?`, which is that of a node without a name
 * (`hostname`): all that is known of it is its port.
 */
export function endpointOf(host: string | null, port: number, asked: Address): Endpoint {
  if (host !== null && host !== '' && host !== '?') return { host, port };
  return { host: 'host' in asked ? asked.host : '', port };
}
