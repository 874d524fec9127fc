import type { EngineEvents, EntryNotice, Notice } from '../../src/engine/engine.ts';

type Heard =
  | { readonly type: 'live'; readonly keys: readonly string[]; readonly uids: readonly string[] }
  | { readonly type: 'notice'; readonly key: string; readonly notice: Notice }
  | { readonly type: 'mailbox'; readonly uid: string }
  /** `null` where everything was lost. */
  | { readonly type: 'lost'; readonly keys: readonly string[] | null };

/** Writes down everything that an engine tells. */
export class Recorder implements EngineEvents {
  readonly heard: Heard[] = [];

  live(keys: readonly string[], uids: readonly string[]): void {
    this.heard.push({ type: 'live', keys: [...keys], uids: [...uids] });
  }

  lost(keys?: readonly string[]): void {
    this.heard.push({ type: 'lost', keys: keys === undefined ? null : [...keys] });
  }

  notice(key: string, notice: Notice): void {
    this.heard.push({ type: 'notice', key, notice });
  }

  mailbox(uid: string): void {
    this.heard.push({ type: 'mailbox', uid });
  }

  /** How often the key was told to be live. */
  lives(key: string): number {
    return this.heard.filter((event) => event.type === 'live' && event.keys.includes(key)).length;
  }

  mailboxLives(uid: string): number {
    return this.heard.filter((event) => event.type === 'live' && event.uids.includes(uid)).length;
  }

  hints(uid: string): number {
    return this.heard.filter((event) => event.type === 'mailbox' && event.uid === uid).length;
  }

  notices(key: string): Notice[] {
    return this.heard.flatMap((event) => (event.type === 'notice' && event.key === key ? [event.notice] : []));
  }

  entries(key: string): EntryNotice[] {
    return this.notices(key).flatMap((notice) => (notice.type === 'entry' ? [notice] : []));
  }

  /** `live` and `notice` of one key, in the order in which they were told. */
  order(key: string): string[] {
    return this.heard.flatMap((event) => {
      if (event.type === 'live') return event.keys.includes(key) ? ['live'] : [];
      return event.type === 'notice' && event.key === key ? [event.notice.type] : [];
    });
  }
}
