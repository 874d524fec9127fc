import type { ChannelListener } from './connection.ts';
import type { Names } from './names.ts';

/** Takes what comes in. */
export interface Inbox {
  /** A message on the channel of a key. */
  onEntry(key: string, message: string): void;
  /** A mailbox may have grown. */
  onMail(uid: string): void;
}

/** Events of a list by which it may have grown. Our own taking out shows up there too, and is no news. */
const GROWING = new Set(['lpush', 'rpush']);

/** From topics to channels, and from what comes on a channel back to its topic. */
export class Channels {
  readonly #names: Names;
  readonly #inbox: Inbox;
  /** Mailboxes to tell of once what has arrived together is read. */
  readonly #hints = new Set<string>();
  readonly #onEntry: ChannelListener = (message, channel) => this.#inbox.onEntry(this.#names.keyOf(channel), message);
  readonly #onMail: ChannelListener = (_message, channel) => this.#hint(this.#names.uidOfMail(channel));
  readonly #onKeyspace: ChannelListener = (event, channel) => {
    if (GROWING.has(event)) this.#hint(this.#names.uidOfKeyspace(channel));
  };

  constructor(names: Names, inbox: Inbox) {
    this.#names = names;
    this.#inbox = inbox;
  }

  ofKeys(keys: readonly string[]): Map<string, ChannelListener> {
    return new Map(keys.map((key) => [this.#names.channel(key), this.#onEntry]));
  }

  /** Two channels a mailbox with `keyspace`, else one. */
  ofMailboxes(uids: readonly string[], keyspace: boolean): Map<string, ChannelListener> {
    const channels = new Map<string, ChannelListener>();
    for (const uid of uids) {
      const names = this.#names.mailbox(uid);
      channels.set(names.channel, this.#onMail);
      if (keyspace) channels.set(names.keyspace, this.#onKeyspace);
    }
    return channels;
  }

  /** A push through us is announced and shows in the keyspace too: the two come together, and are one hint. */
  #hint(uid: string): void {
    this.#hints.add(uid);
    if (this.#hints.size > 1) return;
    queueMicrotask(() => {
      const uids = [...this.#hints];
      this.#hints.clear();
      for (const hinted of uids) this.#inbox.onMail(hinted);
    });
  }
}
