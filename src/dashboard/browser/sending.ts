import { setText } from './element.ts';

/** A form that sends one thing at a time. */
export interface SendingForm {
  readonly form: HTMLFormElement;
  /** What is typed anew for each. */
  readonly input: HTMLInputElement;
  /** Says what came of the last one. */
  readonly result: HTMLElement;
}

/** Has the form send: `send` resolves with what was done, in a sentence, or rejects with what was wrong. */
export function bindSending({ form, input, result }: SendingForm, send: () => Promise<string>): void {
  const tell = (text: string, isBad: boolean) => {
    setText(result, text);
    result.classList.toggle('bad', isBad);
    input.select();
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send().then(
      (done) => tell(done, false),
      (error: Error) => tell(`▲ ${error.message}`, true),
    );
  });
}
