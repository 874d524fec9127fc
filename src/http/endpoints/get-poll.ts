import type { CometError } from '../../errors.ts';
import type { Cursor } from '../../hub/cursor.ts';
import type { Entry } from '../../hub/entry.ts';
import { Waiter } from '../../hub/waiter.ts';
import type { PollOutcome } from '../../metrics/meters.ts';
import type { CometResponse, Parked } from '../answer/comet-response.ts';
import { EntryRendering } from '../answer/entry-rendering.ts';
import { Rendered } from '../answer/rendered.ts';
import type { PollContext } from './poll-endpoint.ts';

/** A waiter at the other end of an HTTP request. */
export class GetPoll extends Waiter implements Parked {
  readonly #context: PollContext;
  readonly #res: CometResponse;
  readonly #key: string;

  constructor(context: PollContext, res: CometResponse, key: string, after: Cursor | null, all: boolean) {
    super(after, all);
    this.#context = context;
    this.#res = res;
    this.#key = key;
  }

  override onEntry(entry: Entry, recovered: boolean | undefined): void {
    this.#deliver(EntryRendering.of(entry).answer(recovered), 1);
  }

  override onEntries(entries: readonly Entry[], recovered: boolean | undefined): void {
    const rendering = EntryRendering.of(entries.at(-1) as Entry);
    const answer = entries.length === 1 ? rendering.alone(recovered) : rendering.list(entries, recovered);
    this.#deliver(answer, entries.length);
  }

  override onTimeout(cursor: string, recovered: boolean | undefined): void {
    this.#settle('timeout');
    this.#context.responder.json(this.#res, Rendered.json({ error_code: 1, key: this.#key, cursor, recovered }));
  }

  override onError(error: CometError): void {
    this.#settle('error');
    this.#context.responder.error(this.#res, error);
  }

  leave(): void {
    this.abandon();
    this.#settle('gone');
    this.#context.responder.left(this.#res);
  }

  #deliver(answer: Rendered, entries: number): void {
    if (this.#res.gone) {
      this.#settle('gone');
      this.#context.responder.left(this.#res);
      return;
    }
    this.#settle('value');
    this.#context.meters.deliveries += entries;
    this.#context.responder.json(this.#res, answer);
  }

  #settle(outcome: PollOutcome): void {
    this.#res.poll = null;
    this.#context.meters.polls.add(outcome);
  }
}
