import { byId, setOutcome } from './element.ts';
import { Follower } from './follower.ts';
import { Pane } from './pane.ts';
import { Stopwatch } from './stopwatch.ts';
import { problemOf, type Worker } from './worker.ts';

/** Pushes into a mailbox and polls it through each worker: a message goes to one poll. */
export class MailboxTrial {
  readonly #workers: readonly Worker[];
  readonly #panes: readonly { readonly pane: Pane; readonly follower: Follower }[];
  readonly #watch = new Stopwatch();
  readonly #uid = byId('uid', HTMLInputElement);
  readonly #message = byId('message', HTMLInputElement);
  readonly #result = byId('push-result', HTMLElement);
  readonly #sign = byId('sign', HTMLInputElement);

  constructor(workers: readonly Worker[], watching: readonly Worker[]) {
    this.#workers = workers;
    this.#panes = watching.map((worker) => {
      const pane = new Pane(worker.name);
      return { pane, follower: new Follower(worker, pane) };
    });
    byId('mailbox-panes', HTMLElement).append(...this.#panes.map(({ pane }) => pane.element));
    byId('push-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#push();
    });
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
    for (const { pane, follower } of this.#panes) {
      pane.clear();
      if (uid === '') {
        follower.stop();
        pane.state('calm', 'Name a user to poll the mailbox.');
      } else void this.#follow({ ...signed, uid }, pane, follower);
    }
  }

  async #follow(mailbox: Readonly<Record<string, string>>, pane: Pane, follower: Follower): Promise<void> {
    await follower.follow('/', (last) => {
      if (last?.value !== undefined) this.#watch.arrived(last.value, pane.arrived(last.value));
      return { ...mailbox, ack: last?.id ?? '' };
    });
  }

  async #push(): Promise<void> {
    const [worker] = this.#workers;
    const value = this.#message.value;
    if (worker === undefined) return;
    // Messages have no name of their own.
    this.#watch.sent(value, performance.now());
    try {
      const problem = problemOf(await worker.post('/push', { uid: this.#uid.value, value }));
      setOutcome(this.#result, problem, 'taken');
    } catch (error) {
      setOutcome(this.#result, (error as Error).message, '');
    }
    this.#message.select();
  }
}
