import { CometError } from './comet-error.ts';
import type { Entry } from './entries.ts';
import { Hub } from './hub.ts';
import { type MailboxOptions, type MailboxSign, type Message, mailbox } from './mailbox.ts';
import { type PublishOptions, publish, type SetOptions } from './publish.ts';
import { randomName } from './random-name.ts';
import { Remote, type RemoteOptions, type Token } from './remote.ts';
import type { Audience, Source } from './source.ts';
import { Tabs } from './tabs.ts';
import { Upstream } from './upstream.ts';
import { KeyWatch, type Watch, type WatchOptions, type WatchState } from './watch.ts';

export type {
  Entry,
  MailboxOptions,
  MailboxSign,
  Message,
  PublishOptions,
  SetOptions,
  Token,
  Watch,
  WatchOptions,
  WatchState,
};
export { CometError };

export interface CometOptions extends RemoteOptions {
  /** Whether the tabs of a browser share one connection; a name, for those that share with each other alone. */
  readonly share?: boolean | string;
}

/** A comet server, to listen to and to publish on. All watches of one share a connection, which they open and close. */
export class Comet {
  readonly #remote: Remote;
  readonly #share: boolean | string;
  #hub: Hub | undefined;
  /** Ends the mailboxes that were opened since the last `close`. */
  #end = new AbortController();

  /** `url` is where the server is, such as `https://comet.example.org/`; in a page it may be relative. */
  constructor(url: string | URL, options: CometOptions = {}) {
    this.#remote = new Remote(url, options);
    this.#share = options.share ?? true;
  }

  /**
   * Follows a key, or up to 100. Begins at once with the newest value (with `all`, everything that is retained), or
   * after the cursors in `after`, and lasts until it is closed; what fails in between is mended and nothing is lost.
   */
  watch(keys: string | readonly string[], options: WatchOptions = {}): Watch {
    this.#hub ??= new Hub((audience) => this.#source(audience));
    return new KeyWatch(this.#hub, this.#remote, [keys].flat(), options);
  }

  /** The messages of a mailbox, each once it has come. Asking for the next one acknowledges the one before. */
  mailbox(uid: string, options: MailboxOptions = {}): AsyncGenerator<Message, void, undefined> {
    return mailbox(this.#remote, uid, options, this.#end.signal);
  }

  /** Writes an entry and gives its cursor. It is tried again until it is known to be written, once. */
  async set(key: string, value: string, options: SetOptions = {}): Promise<string> {
    const { ttl, id = randomName() } = options;
    const fields = { key, value, id, ...(ttl !== undefined && { ttl: `${ttl}` }) };
    return (await publish<{ cursor: string }>(this.#remote, 'set', fields, options)).cursor;
  }

  /** Forgets a key. Tried again, as `set` is. */
  async delete(key: string, options: PublishOptions = {}): Promise<void> {
    await publish(this.#remote, 'delete', { key }, options);
  }

  /** Puts a message into a mailbox. Not tried again when it may have been done: that would give the user two. */
  async push(uid: string, value: string, options: PublishOptions = {}): Promise<void> {
    await publish(this.#remote, 'push', { uid, value }, options);
  }

  /** Ends all watches, mailboxes and the connection, and this tab's part in a shared one. Idempotent. */
  close(): void {
    this.#end.abort();
    this.#end = new AbortController();
    this.#hub?.close();
    this.#hub = undefined;
  }

  #source(audience: Audience): Source {
    // Not in Node, which has no tabs. Pages without TLS get no locks: each has its own connection.
    const isShared = this.#share && globalThis.location && navigator.locks;
    return isShared ? new Tabs(audience, this.#remote, `${this.#share}`) : new Upstream(this.#remote, audience);
  }
}
