import type { WakeAnswer, WakeQuestion } from '../metrics/wake-question.ts';
import type { PrimaryLink } from './primary-link.ts';
import { Questions } from './questions.ts';

/** More than the primary gives them. Milliseconds. */
const DEADLINE_MS = 1000;

/** The other workers of this machine, as one reaches them: by way of the primary. */
export class Siblings {
  readonly #link: PrimaryLink;
  readonly #questions = new Questions<readonly WakeAnswer[]>(DEADLINE_MS);

  constructor(link: PrimaryLink) {
    this.#link = link;
  }

  /** An answer of each; a single `null` if the primary is late. */
  async ask(question: WakeQuestion): Promise<readonly WakeAnswer[]> {
    return (await this.#questions.ask((id) => this.#link.send({ type: 'siblings', id, question }))) ?? [null];
  }

  answer(id: number, answers: readonly WakeAnswer[]): void {
    this.#questions.answer(id, answers);
  }
}
