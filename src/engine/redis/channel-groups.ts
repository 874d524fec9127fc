import type { ChannelKind, ChannelListener } from './connection.ts';
import type { Names } from './names.ts';
import { slotOf } from './slots.ts';

/** Channels that one command may name. */
export interface ChannelGroup {
  readonly kind: ChannelKind;
  readonly channels: ReadonlyMap<string, ChannelListener>;
}

/**
 * On one Redis all channels go together (`cluster` is `null`). In a Cluster our own ones are sharded, a slot each, and
 * what Redis itself tells of its keyspace comes on plain channels of the node that has the key.
 */
export function groupsOf(channels: ReadonlyMap<string, ChannelListener>, cluster: Names | null): ChannelGroup[] {
  if (cluster === null) return [{ kind: 'CHANNELS', channels }];
  const bySlot = new Map<number | 'keyspace', Map<string, ChannelListener>>();
  for (const [channel, listener] of channels) {
    const group = cluster.isKeyspace(channel) ? 'keyspace' : slotOf(channel);
    const members = bySlot.get(group) ?? new Map<string, ChannelListener>();
    bySlot.set(group, members.set(channel, listener));
  }
  return [...bySlot].map(([group, members]) => ({
    kind: group === 'keyspace' ? 'CHANNELS' : 'SHARDED',
    channels: members,
  }));
}
