import type { Move } from './move.ts';
import { randomName } from './random-name.ts';
import type { Remote } from './remote.ts';
import type { Audience, Source, SourceState } from './source.ts';
import { Upstream } from './upstream.ts';

/** What tabs say to each other: the first to the leader, the others from it. */
type Message =
  | { readonly type: 'follow'; readonly tab: string; readonly key: string; readonly cursor: string | undefined }
  | { readonly type: 'move'; readonly move: Move }
  | { readonly type: 'state'; readonly state: SourceState };

/** Heartbeats without a word from the leader, after which it counts as hung. */
const SILENCE = 3;

/**
 * One connection for all tabs of a browser. Whichever holds a lock leads: it has the connection, and tells the others
 * what comes. When it goes, however it goes, the lock passes on, and the next one goes on by the cursors of all.
 */
export class Tabs implements Source, Audience {
  readonly #audience: Audience;
  readonly #remote: Remote;
  readonly #name: string;
  readonly #id = randomName();
  readonly #channel: BroadcastChannel;
  readonly #end = new AbortController();
  /** The connection, where this tab leads. */
  #source: Source | undefined;
  /** Whose keys the leader follows. */
  readonly #keys = new Map<string, Set<string>>();
  #isKnown = false;
  #hung: ReturnType<typeof setTimeout> | undefined;

  /** `group` is shared by the tabs that share. */
  constructor(audience: Audience, remote: Remote, group: string) {
    this.#audience = audience;
    this.#remote = remote;
    this.#name = `comet-cluster ${remote.base} ${group}`;
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = ({ data }) => this.#receive(data);
    // The leader waits for this lock: it gets it when this tab is gone.
    this.#lock(this.#id, () => {
      this.#isKnown = true;
      audience.state('lost');
    });
    this.#lock('', () => this.#lead());
  }

  follow(key: string, cursor?: string): void {
    const message: Message = { type: 'follow', tab: this.#id, key, cursor };
    if (this.#source) this.#receive(message);
    else if (this.#isKnown) this.#say(message);
  }

  close(): void {
    this.#end.abort();
    clearTimeout(this.#hung);
    this.#source?.close();
    this.#channel.close();
  }

  move(move: Move): void {
    this.#say({ type: 'move', move });
    this.#audience.move(move);
  }

  state(state: SourceState, error?: unknown): void {
    this.#say({ type: 'state', state });
    this.#audience.state(state, error);
  }

  /** Held until this tab is closed. */
  #lock(name: string, granted: () => void): void {
    const { signal } = this.#end;
    const hold = () => {
      granted();
      return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    };
    navigator.locks.request(`${this.#name} ${name}`, { signal }, hold).catch(() => {
      // Closed before it was granted; or pages like this one get no locks: then each is on its own.
      if (!signal.aborted && !this.#source) this.#lead();
    });
  }

  #lead(): void {
    this.#source = new Upstream(this.#remote, this);
    clearTimeout(this.#hung);
    this.state('lost');
  }

  #say(message: Message): void {
    if (!this.#end.signal.aborted) this.#channel.postMessage(message);
  }

  #receive(message: Message): void {
    switch (message.type) {
      case 'follow':
        if (this.#source) this.#serve(this.#source, message.tab, message.key, message.cursor);
        return;
      case 'move':
        this.#audience.move(message.move);
        break;
      case 'state':
        this.#audience.state(message.state);
    }
    clearTimeout(this.#hung);
    this.#hung = setTimeout(() => this.#audience.state('lost'), SILENCE * this.#remote.heartbeat);
  }

  #serve(source: Source, tab: string, key: string, cursor?: string): void {
    const keys = this.#keys.get(tab) ?? new Set();
    if (!this.#keys.has(tab) && tab !== this.#id) {
      this.#lock(tab, () => {
        for (const left of keys) this.#serve(source, tab, left);
        this.#keys.delete(tab);
      });
    }
    this.#keys.set(tab, keys);
    if (cursor) {
      keys.add(key);
      source.follow(key, cursor);
    } else {
      keys.delete(key);
      if (![...this.#keys.values()].some((others) => others.has(key))) source.follow(key);
    }
  }
}
