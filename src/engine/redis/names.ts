import { hash } from 'node:crypto';
import { SlotTags, slotOf } from './slots.ts';

/** The Redis keys and the channel of one of our keys; all in one slot of a Redis Cluster. */
export interface KeyNames {
  /** HASH: the newest entry and what is known of the log. */
  readonly log: string;
  /** LIST of the older entries, oldest first, each `<accepted at, ms>:<value>`. */
  readonly old: string;
  readonly channel: string;
}

/** Tags that are remembered: a hash costs as much as all else that is done for a name. */
const MOST_TAGS = 4096;

/** How a process sends probes to itself through one Redis. */
export interface ProbeNames {
  /** STRING: a random name of this Redis' data; another one means that the data was lost. */
  readonly storeEpoch: string;
  readonly channel: string;
}

/** The Redis keys and channels of one mailbox. */
export interface MailboxNames {
  /** LIST of messages; shared with programs that push straight into Redis. */
  readonly list: string;
  /** HASH: the message that was given out and not yet acknowledged. */
  readonly flight: string;
  /** Announces what came in through this server. */
  readonly channel: string;
  /** Announces, where Redis is configured so, what anybody did to the list. */
  readonly keyspace: string;
}

/**
 * How everything that this server keeps in Redis is called.
 *
 * Channels carry the number of the database, as `__keyspace@0__` does: pub/sub knows no databases.
 *
 * The first `{…}` of a name is its hash tag. A key of ours may hold braces, so the tag is a hash of it: names of one
 * key share a slot whatever the key holds; names of a mailbox have that of its list. A prefix has no braces.
 */
export class Names {
  readonly #prefix: string;
  readonly #mailboxPrefix: string;
  readonly #keyspacePrefix: string;
  /** What a channel has after its tag, and a mailbox's ends with. */
  readonly #entrySuffix: string;
  readonly #mailSuffix: string;
  readonly #database: number;
  readonly #slotTags = new SlotTags();
  readonly #keyAt: number;
  /** Of keys that were named lately. */
  readonly #tags = new Map<string, string>();

  constructor(prefix: string, mailboxPrefix: string, database: number) {
    this.#prefix = prefix;
    this.#mailboxPrefix = mailboxPrefix;
    this.#keyspacePrefix = `__keyspace@${database}__:`;
    this.#entrySuffix = `}:ch@${database}:`;
    this.#mailSuffix = `}:mail@${database}`;
    this.#database = database;
    this.#keyAt = `${prefix}{${tagOf('')}${this.#entrySuffix}`.length;
  }

  /** `tag` is one of a slot that the Redis has; empty where it has all. */
  probe(tag: string, process: string): ProbeNames {
    const base = tag === '' ? this.#prefix : `${this.#prefix}{${tag}}:`;
    return { storeEpoch: `${base}store`, channel: `${base}probe@${this.#database}:${process}` };
  }

  /** Whether Redis itself sends on this channel, and not a script of ours. */
  isKeyspace(channel: string): boolean {
    return channel.startsWith(this.#keyspacePrefix);
  }

  key(key: string): KeyNames {
    const tagged = `${this.#prefix}{${this.#tagOf(key)}`;
    return {
      log: `${tagged}}:log:${key}`,
      old: `${tagged}}:old:${key}`,
      channel: tagged + this.#entrySuffix + key,
    };
  }

  /** STRING: what became of the append with this idempotency id. */
  idempotency(key: string, id: string): string {
    // The length keeps (key, id) apart from every other pair that would read the same.
    return `${this.#prefix}{${this.#tagOf(key)}}:id:${key.length}:${key}:${id}`;
  }

  channel(key: string): string {
    return `${this.#prefix}{${this.#tagOf(key)}${this.#entrySuffix}${key}`;
  }

  /** The key that a channel made by `channel` belongs to. */
  keyOf(channel: string): string {
    return channel.slice(this.#keyAt);
  }

  mailbox(uid: string): MailboxNames {
    const list = this.#mailboxPrefix + uid;
    const keyspace = this.#keyspacePrefix + list;
    if (!/[{}]/.test(uid)) {
      const tagged = `${this.#prefix}{${list}`;
      return { list, flight: `${tagged}}:flight`, channel: tagged + this.#mailSuffix, keyspace };
    }
    // A tag can't hold these braces, so it is another one of the slot that the list has by itself.
    const tagged = `${this.#prefix}{${this.#slotTags.tagOf(slotOf(list))}`;
    return { list, flight: `${tagged}}:flight:${uid}`, channel: `${tagged}${this.#mailSuffix}:${uid}`, keyspace };
  }

  /** The uid of a `MailboxNames.channel`. */
  uidOfMail(channel: string): string {
    const close = channel.indexOf('}', this.#prefix.length);
    const end = close + this.#mailSuffix.length;
    if (end < channel.length) return channel.slice(end + 1);
    return channel.slice(this.#prefix.length + 1 + this.#mailboxPrefix.length, close);
  }

  /** The uid of a `MailboxNames.keyspace`. */
  uidOfKeyspace(channel: string): string {
    return channel.slice(this.#keyspacePrefix.length + this.#mailboxPrefix.length);
  }

  /** A keyspace channel that stays silent: whether we may subscribe to it shows whether we may to a mailbox's. */
  get keyspaceTrial(): string {
    return this.#keyspacePrefix + this.#mailboxPrefix;
  }

  #tagOf(key: string): string {
    const known = this.#tags.get(key);
    if (known !== undefined) return known;
    if (this.#tags.size >= MOST_TAGS) this.#tags.clear();
    const tag = tagOf(key);
    this.#tags.set(key, tag);
    return tag;
  }
}

function tagOf(key: string): string {
  return hash('sha1', key).slice(0, 8);
}
