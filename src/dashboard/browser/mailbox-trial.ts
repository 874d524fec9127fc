import { byId } from './element.ts';
import type { Follower } from './follower.ts';
import type { Pane } from './pane.ts';
import { Panes } from './panes.ts';
import { bindSending } from './sending.ts';
import { Stopwatch } from './stopwatch.ts';
import type { Worker } from './worker.ts';

/** Pushes into a mailbox and polls it through each worker: a message goes to one poll. */
export class MailboxTrial {
  readonly #workers: readonly Worker[];
  readonly #panes: Panes;
  readonly #watch = new Stopwatch();
  readonly #uid = byId('uid', HTMLInputElement);
  readonly #message = byId('message', HTMLInputElement);
  readonly #sign = byId('sign', HTMLInputElement);
  /** Id of the message that was shown last; empty when there is none. */
  #shown = '';

  constructor(workers: readonly Worker[], watching: readonly Worker[]) {
    this.#workers = workers;
    this.#panes = new Panes(byId('mailbox-panes', HTMLElement), watching);
    const form = byId('push-form', HTMLFormElement);
    bindSending({ form, input: this.#message, result: byId('push-result', HTMLElement) }, () => this.#push());
    this.#uid.addEventListener('change', () => this.follow());
    this.#sign.addEventListener('change', () => {
      this.#uid.value = new URLSearchParams(this.#sign.value).get('uid') ?? this.#uid.value;
      this.follow();
    });
  }

  /** Begins to poll the mailbox that is asked for. */
  follow(): void {
    const uid = this.#uid.value;
    const signed = Object.fromEntries(new URLSearchParams(this.#sign.value));
    this.#shown = '';
    if (uid === '') this.#panes.stop('Name a user to poll the mailbox.');
    else this.#panes.follow((pane, follower) => this.#follow({ ...signed, uid }, pane, follower));
  }

  async #follow(mailbox: Readonly<Record<string, string>>, pane: Pane, follower: Follower): Promise<void> {
    await follower.follow('/', (last) => {
      if (last?.value !== undefined) this.#arrived(last.id ?? '', last.value, pane);
      return { ...mailbox, ack: last?.id ?? '' };
    });
  }

  /** Two that poll one mailbox may both get the message that none of them has acknowledged yet: the id tells. */
  #arrived(id: string, value: string, pane: Pane): void {
    if (id === this.#shown) return;
    this.#shown = id;
    this.#watch.arrived(value, pane.arrived(value));
  }

  async #push(): Promise<string> {
    const [worker] = this.#workers;
    const value = this.#message.value;
    if (worker === undefined) throw new Error('there is no worker');
    // Messages have no name of their own.
    this.#watch.sent(value, performance.now());
    await worker.post('/push', { uid: this.#uid.value, value });
    return 'In the mailbox, for whoever polls it next';
  }
}
