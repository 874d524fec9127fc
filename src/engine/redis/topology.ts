import type { Reply } from './client.ts';
import { type Endpoint, endpointOf } from './endpoint.ts';
import type { Address } from './target.ts';

/** Slots, the last one included, that one master has. */
export interface SlotRange {
  readonly first: number;
  readonly last: number;
  readonly master: Endpoint;
}

/** What a node knows of its Cluster. */
export interface Topology {
  readonly ranges: readonly SlotRange[];
  /** Grows with each failover and each slot that has moved: the highest is the newest. */
  readonly epoch: number;
  /** Whether the node sees enough of the others to serve. */
  readonly ok: boolean;
}

/** Reads `CLUSTER SLOTS` and `CLUSTER INFO`. `asked` is the node that said so. */
export function parseTopology(slots: Reply, info: Reply, asked: Address): Topology {
  const text = String(info);
  const ranges = (slots as readonly Reply[]).flatMap((range): SlotRange[] => {
    const [first, last, master] = range as readonly [number, number, readonly [string | null, number]];
    return [{ first, last, master: endpointOf(master[0], master[1], asked) }];
  });
  const epoch = Number(/^cluster_current_epoch:(\d+)/m.exec(text)?.[1] ?? 0);
  return { ranges, epoch, ok: /^cluster_state:ok/m.test(text) };
}

/** The best of what several nodes say. */
export function newest(topologies: readonly Topology[]): Topology | null {
  return topologies.reduce<Topology | null>((best, one) => (best === null || outranks(one, best) ? one : best), null);
}

/** A node that sees too few of the others counts less than one that serves, whatever its epoch. */
function outranks(one: Topology, other: Topology): boolean {
  return one.ok === other.ok ? one.epoch > other.epoch : one.ok;
}
