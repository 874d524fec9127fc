import type { Health } from '../engine.ts';
import type { ClusterOptions } from './cluster.ts';
import type { Connection } from './connection.ts';
import type { DeploymentEvents } from './deployment.ts';
import { Shard } from './shard.ts';
import { SLOTS, SlotTags, slotOf } from './slots.ts';
import { type Address, describeAddress } from './target.ts';
import type { Topology } from './topology.ts';

export interface MembershipEvents extends DeploymentEvents {
  /** A connection came or went. */
  onChanged(): void;
  /** A node says that a slot is not there any more. */
  onMoved(): void;
}

/** A node of the Cluster, as calls are sent to it. */
export interface ClusterNode {
  readonly address: Address;
  readonly shard: Shard;
}

interface Member extends ClusterNode {
  /** The slot in which it is probed: one that it has; -1 while it has none. */
  home: number;
  /** When a call was last sent there though it has no slots (it may be getting some). */
  visitedAt: number;
}

/** A node without slots that nobody is sent to for so long is left. */
const GUEST_MS = 30_000;

/** The masters as they are known now, who has which slot, and which topics are watched where. */
export class Membership {
  readonly #options: ClusterOptions;
  readonly #events: MembershipEvents;
  readonly #members = new Map<string, Member>();
  readonly #tags = new SlotTags();
  /** Topics of slots that nobody has. */
  readonly #strayKeys = new Set<string>();
  readonly #strayUids = new Set<string>();
  #owners: readonly (Member | null)[] = new Array<null>(SLOTS).fill(null);

  constructor(options: ClusterOptions, events: MembershipEvents) {
    this.#options = options;
    this.#events = events;
  }

  get size(): number {
    return this.#members.size;
  }

  /** Whether every connection to every master that has slots stands. */
  get up(): boolean {
    const masters = this.#masters();
    return masters.length > 0 && masters.every(({ shard }) => shard.up);
  }

  /** The nodes that can be asked now. */
  get connected(): { readonly address: Address; readonly connection: Connection }[] {
    return [...this.#members.values()].flatMap(({ address, shard: { connection } }) =>
      connection === null ? [] : [{ address, connection }],
    );
  }

  owner(slot: number): ClusterNode | null {
    return this.#owners[slot] ?? null;
  }

  /** The node at this address, which may be new to us. */
  at(address: Address): ClusterNode {
    const member = this.#open(address);
    member.visitedAt = this.#options.clock.now();
    member.shard.start();
    return member;
  }

  health(): Health {
    if (this.#owners.includes(null)) return { ready: false, reason: 'some slots of the Redis Cluster have no master' };
    for (const { address, shard } of this.#masters()) {
      const health = shard.health();
      if (!health.ready) return { ready: false, reason: `${describeAddress(address)}: ${health.reason}` };
    }
    return { ready: true };
  }

  watchKey(key: string): void {
    const owner = this.#ownerOfKey(key);
    if (owner === null) this.#strayKeys.add(key);
    else owner.watchKey(key);
  }

  unwatchKey(key: string): void {
    this.#strayKeys.delete(key);
    this.#ownerOfKey(key)?.unwatchKey(key);
  }

  watchMailbox(uid: string): void {
    const owner = this.#ownerOfUid(uid);
    if (owner === null) this.#strayUids.add(uid);
    else owner.watchMailbox(uid);
  }

  unwatchMailbox(uid: string): void {
    this.#strayUids.delete(uid);
    this.#ownerOfUid(uid)?.unwatchMailbox(uid);
  }

  /** Takes what the nodes say now: topics go where their slot is. */
  apply(topology: Topology): void {
    const before = this.#owners;
    const owners = new Array<Member | null>(SLOTS).fill(null);
    for (const { first, last, master } of topology.ranges) owners.fill(this.#open(master), first, last + 1);
    const losers = new Set<Member>();
    for (let slot = 0; slot < SLOTS; slot++) {
      const loser = before[slot];
      if (loser && loser !== owners[slot]) losers.add(loser);
    }
    this.#owners = owners;
    for (const member of this.#members.values()) {
      const home = owners[member.home] === member ? member.home : owners.indexOf(member);
      if (home !== member.home) {
        member.home = home;
        // Probes go by another channel from now on.
        member.shard.resubscribe('slots have moved');
      }
      member.shard.start();
    }
    this.#move([...losers]);
    this.#leave(new Set(owners));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#members.values()].map(({ shard }) => shard.stop()));
    this.#options.meters.redisUp = 0;
  }

  #masters(): Member[] {
    return [...this.#members.values()].filter(({ home }) => home >= 0);
  }

  #open(address: Address): Member {
    const name = describeAddress(address);
    const known = this.#members.get(name);
    if (known !== undefined) return known;
    const { clock, log } = this.#options;
    const { onMoved, ...events } = this.#events;
    const shard = new Shard(
      {
        ...this.#options,
        log: log.child({ node: name }),
        locate: async () => address,
        home: () => (member.home < 0 ? null : this.#tags.tagOf(member.home)),
      },
      { ...events, onMoved },
    );
    const member: Member = { address, shard, home: -1, visitedAt: clock.now() };
    this.#members.set(name, member);
    return member;
  }

  /** Whoever lost slots gets a new subscriber connection: what node-redis believes to be subscribed there is not. */
  #move(losers: readonly Member[]): void {
    const keys = [...this.#strayKeys];
    const uids = [...this.#strayUids];
    this.#strayKeys.clear();
    this.#strayUids.clear();
    for (const { shard } of losers) {
      const movedKeys = shard.subscriber.keys.wanted().filter((key) => this.#ownerOfKey(key) !== shard);
      const movedUids = shard.subscriber.uids.wanted().filter((uid) => this.#ownerOfUid(uid) !== shard);
      this.#events.onLost(movedKeys, movedUids);
      for (const key of movedKeys) shard.unwatchKey(key);
      for (const uid of movedUids) shard.unwatchMailbox(uid);
      shard.resubscribe('slots have moved away');
      keys.push(...movedKeys);
      uids.push(...movedUids);
    }
    for (const key of keys) this.watchKey(key);
    for (const uid of uids) this.watchMailbox(uid);
  }

  /** Closes what is no master any more. */
  #leave(masters: ReadonlySet<Member | null>): void {
    const now = this.#options.clock.now();
    for (const [name, member] of this.#members) {
      if (masters.has(member) || now - member.visitedAt < GUEST_MS) continue;
      this.#members.delete(name);
      void member.shard.stop();
    }
  }

  #ownerOfKey(key: string): Shard | null {
    return this.owner(slotOf(this.#options.names.channel(key)))?.shard ?? null;
  }

  #ownerOfUid(uid: string): Shard | null {
    return this.owner(slotOf(this.#options.names.mailbox(uid).channel))?.shard ?? null;
  }
}
