import { parseCursors } from '../../src/hub/cursors.ts';
import type { Entry } from '../../src/hub/entry.ts';
import type { Hub } from '../../src/hub/hub.ts';
import { Listener } from '../../src/hub/listener.ts';
import type { Part } from '../../src/hub/part.ts';
import type { FakeEngine } from './fake-engine.ts';
import { between } from './truth.ts';

/** A client that listens to several keys and checks everything that it is told against what was really written. */
export class TestListener extends Listener {
  readonly faults: string[] = [];
  readonly values: string[] = [];
  /** Times that it was told that a key has nothing newer. */
  quiets = 0;
  refused: string | null = null;
  readonly #engine: FakeEngine;

  /** `cursor` is composite; `null` for a client that knows nothing. */
  constructor(hub: Hub, engine: FakeEngine, keys: readonly string[], cursor: string | null) {
    const cursors = cursor === null ? keys.map(() => null) : parseCursors(cursor, keys.length);
    if (cursors === null) throw new Error(`no composite cursor: ${cursor}`);
    super(hub, keys, cursors, true);
    this.#engine = engine;
  }

  start(): this {
    for (const part of this.parts) if (!this.closed) this.#enter(part);
    return this;
  }

  leave(): void {
    this.close();
  }

  /** Cursors by key. */
  get cursors(): Map<string, string> {
    return new Map(this.parts.map(({ key, cursor }) => [key, cursor]));
  }

  override onNews(part: Part, entries: readonly Entry[], recovered: boolean | undefined): void {
    const fault = this.#faultOf(part, entries, recovered);
    if (fault !== null) this.faults.push(`${part.key}, ${part.cursor} → ${entries.at(-1)?.cursor}: ${fault}`);
    for (const entry of entries) {
      part.moveTo(entry);
      this.values.push(entry.value);
    }
    this.#enter(part);
  }

  override onQuiet(part: Part, cursor: string): void {
    this.quiets++;
    part.standAt(cursor);
    this.#enter(part);
  }

  override onRefused(_part: Part, error: Error & { readonly code?: string }): void {
    this.refused = error.code ?? error.message;
    this.close();
  }

  override drain(): void {
    this.faults.push('nobody drains here');
  }

  override expire(): void {
    this.close();
  }

  #enter(part: Part): void {
    if (part.after === null) this.ask(part, false);
    else this.follow(part);
  }

  #faultOf(part: Part, entries: readonly Entry[], recovered: boolean | undefined): string | null {
    if (this.closed) return 'told after its end';
    if ((recovered === undefined) !== (part.cursor === '')) return 'a cursor was answered without recovered';
    const truth = this.#engine.truth(part.key);
    const to = truth.at(entries.at(-1)?.cursor ?? '0');
    if (to === null || entries.at(-1)?.value !== to.value) return 'the cursor does not stand for the value';
    if (recovered !== true) return null;
    const way = between(truth.at(part.cursor), to)?.map(({ value }) => value);
    const given = entries.map(({ value }) => value);
    return JSON.stringify(way) === JSON.stringify(given) ? null : `${given.join()} instead of ${way?.join()}`;
  }
}
