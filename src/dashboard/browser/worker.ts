/** What a worker answers; which of the fields there are depends on the call. */
export interface WorkerAnswer {
  readonly error_code: number;
  readonly error?: string;
  readonly message?: string;
  readonly cursor?: string;
  readonly entries?: readonly { readonly cursor: string; readonly value: string }[];
  readonly recovered?: boolean;
  readonly id?: string;
  readonly value?: string;
}

type Parameters = Readonly<Record<string, string>>;

/** One worker, as a page asks it: by its own port, so that no other one answers. */
export class Worker {
  readonly number: number;
  readonly port: number;
  readonly #origin: string;
  readonly #bearer: () => string;

  /** `host` is that of a URL. `bearer` gives the publish key or token to send; empty for none. */
  constructor(number: number, host: string, port: number, bearer: () => string) {
    this.number = number;
    this.port = port;
    this.#origin = `http://${host}:${port}`;
    this.#bearer = bearer;
  }

  get name(): string {
    return `worker ${this.number} :${this.port}`;
  }

  /** Resolves with what is done, or has timed out; rejects with a sentence for people about anything else. */
  async get(path: string, parameters: Parameters, signal: AbortSignal): Promise<WorkerAnswer> {
    return await this.#ask(`${path}?${new URLSearchParams(parameters)}`, { signal });
  }

  /** As `get`. */
  async post(path: string, parameters: Parameters): Promise<WorkerAnswer> {
    return await this.#ask(path, { method: 'POST', body: new URLSearchParams(parameters) });
  }

  async #ask(target: string, init: RequestInit): Promise<WorkerAnswer> {
    const bearer = this.#bearer();
    const headers: HeadersInit = bearer === '' ? {} : { authorization: `Bearer ${bearer}` };
    const answer = await this.#fetch(target, { ...init, headers });
    const problem = problemOf(answer);
    if (problem !== '') throw new Error(problem);
    return answer;
  }

  async #fetch(target: string, init: RequestInit): Promise<WorkerAnswer> {
    try {
      const response = await fetch(this.#origin + target, { ...init, cache: 'no-store', credentials: 'omit' });
      return (await response.json()) as WorkerAnswer;
    } catch (cause) {
      if (init.signal?.aborted) throw cause;
      throw new Error(`no answer from ${this.#origin}, or none that this page may read`, { cause });
    }
  }
}

/** What is wrong with an answer, in a sentence; empty for one that is done or timed out. */
function problemOf({ error_code: number, error = '', message = '' }: WorkerAnswer): string {
  if (number <= 1) return '';
  // Workers do not say whether there is a mailbox that they may not show.
  if (error === 'NOT_FOUND') return 'NOT_FOUND: this user needs a sign or a token that is good now';
  return `${error}: ${message}`;
}
