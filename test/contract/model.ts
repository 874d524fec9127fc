/**
 * What an engine should answer, worked out naively: every entry ever written is kept, and what is retained is cut out
 * when somebody asks. Epochs and flight ids, which are random, stand as numbers of lives and of flights.
 */

export interface ModelLog {
  readonly life: number;
  readonly offset: number;
  readonly first: number;
  readonly values: readonly string[];
}

export type ModelNotice =
  | {
      readonly type: 'entry';
      readonly life: number;
      readonly offset: number;
      readonly first: number;
      readonly value: string;
    }
  | { readonly type: 'gone'; readonly life: number; readonly offset: number };

export type ModelAppend = { readonly life: number; readonly offset: number } | 'conflict';

export interface ModelTaken {
  readonly message: { readonly flight: number; readonly value: string } | null;
  readonly leased: boolean;
}

export class KeyModel {
  readonly notices: ModelNotice[] = [];
  #life = 0;
  #entries: string[] = [];
  readonly #ids = new Map<string, { value: string; answer: ModelAppend }>();
  readonly #historySize: number;

  constructor(historySize: number) {
    this.#historySize = historySize;
  }

  append(value: string, id: string): ModelAppend {
    const known = this.#ids.get(id);
    if (known !== undefined) return known.value === value ? known.answer : 'conflict';
    if (this.#entries.length === 0) this.#life++;
    this.#entries.push(value);
    const answer = { life: this.#life, offset: this.#entries.length };
    if (id !== '') this.#ids.set(id, { value, answer });
    this.notices.push({ type: 'entry', ...answer, first: this.#first(), value });
    return answer;
  }

  remove(): void {
    if (this.#entries.length === 0) return;
    this.notices.push({ type: 'gone', life: this.#life, offset: this.#entries.length });
    this.#entries = [];
  }

  read(history: boolean): ModelLog | null {
    const offset = this.#entries.length;
    if (offset === 0) return null;
    const values = this.#entries.slice(history ? -this.#historySize : -1);
    return { life: this.#life, offset, first: this.#first(), values };
  }

  #first(): number {
    return Math.max(1, this.#entries.length - this.#historySize + 1);
  }
}

/** Leases last: no lease ends while the model is used. */
export class MailboxModel {
  readonly #messages: string[] = [];
  #flight: { flight: number; value: string } | null = null;
  #flights = 0;

  push(value: string): void {
    this.#messages.push(value);
  }

  pop(count: number, parked: boolean): { values: string[]; leased: boolean } {
    if (this.#flight !== null && parked) return { values: [], leased: true };
    if (this.#flight !== null) this.#messages.unshift(this.#flight.value);
    this.#flight = null;
    return { values: this.#messages.splice(0, count), leased: false };
  }

  giveBack(values: readonly string[]): void {
    this.#messages.unshift(...values);
  }

  /** `ack` is the number of a flight, 0 for no acknowledgement. */
  take(ack: number, parked: boolean): ModelTaken {
    if (this.#flight?.flight === ack) this.#flight = null;
    else if (this.#flight !== null && parked) return { message: null, leased: true };
    if (this.#flight === null) {
      const value = this.#messages.shift();
      if (value !== undefined) this.#flight = { flight: ++this.#flights, value };
    }
    return { message: this.#flight, leased: false };
  }
}
