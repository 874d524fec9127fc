/** The questions of one kind that a worker has not answered yet. Each is settled by its answer, its deadline or the end. */
export class Questions<Answer> {
  readonly #open = new Map<number, (answer: Answer | null) => void>();
  readonly #deadline: number;
  #lastId = 0;

  /** `deadline` in milliseconds. */
  constructor(deadline: number) {
    this.#deadline = deadline;
  }

  /** `send` puts the question on its way. Resolves with the answer, or with `null` when it doesn't come in time. */
  ask(send: (id: number) => void): Promise<Answer | null> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      // After a stall of this process the answer may lie in the channel, unread: what has arrived is read first.
      const timer = setTimeout(() => setImmediate(() => this.answer(id, null)), this.#deadline);
      this.#open.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      send(id);
    });
  }

  /** An answer to a question that is settled already is dropped. */
  answer(id: number, answer: Answer | null): void {
    const settle = this.#open.get(id);
    this.#open.delete(id);
    settle?.(answer);
  }

  /** The worker is gone. */
  close(): void {
    for (const id of [...this.#open.keys()]) this.answer(id, null);
  }
}
