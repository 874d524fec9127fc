import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { AnswerCheck } from './answer-check.ts';
import { until } from './until.ts';

/** Each event of a worker that a test waits for is held against the OpenAPI description. */
const descriptions = new AnswerCheck();
const WORKER_EVENTS: readonly string[] = ['entry', 'missed', 'refused'];

/** One event as a page would see it. */
export interface ReceivedEvent {
  readonly type: string;
  readonly data: Record<string, unknown>;
  /** The last event id once it was dispatched. */
  readonly id: string;
}

export interface EventClientOptions {
  /** 127.0.0.1 unless told. */
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Reads nothing until `read` is called. */
  readonly paused?: boolean;
  /** Called with each event as it comes. */
  readonly onEvent?: (event: ReceivedEvent) => void;
}

/** One connection to an event stream, read as the HTML standard says. */
export class EventClient {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly events: ReceivedEvent[] = [];
  /** Every retry that was given, in milliseconds. */
  readonly retries: number[] = [];
  /** Comments that came. */
  beats = 0;
  lastEventId = '';
  /** `ended` by the server, or `broken`. */
  state: 'open' | 'ended' | 'broken' = 'open';
  readonly #response: IncomingMessage;
  readonly #onEvent: ((event: ReceivedEvent) => void) | undefined;
  #text = '';
  /** Events that were held against the description. */
  #checked = 0;

  private constructor(response: IncomingMessage, { paused = false, onEvent }: EventClientOptions) {
    this.#response = response;
    this.#onEvent = onEvent;
    this.status = response.statusCode ?? 0;
    this.headers = response.headers;
    response.setEncoding('utf8');
    response.on('end', () => {
      this.state = 'ended';
    });
    response.on('error', () => {
      this.state = 'broken';
    });
    if (!paused) this.read();
  }

  /** Resolves once the head has come. */
  static open(port: number, path: string, options: EventClientOptions = {}): Promise<EventClient> {
    const { host = '127.0.0.1', headers = {} } = options;
    return new Promise((resolve, reject) => {
      const outgoing = request({ host, port, path, headers, agent: false }, (response) =>
        resolve(new EventClient(response, options)),
      );
      outgoing.once('error', reject);
      outgoing.end();
    });
  }

  /** Everything that came and is no whole block yet: the body, if it is no event stream. */
  get rest(): string {
    return this.#text;
  }

  /** The values of the entries of a key, in the order in which they came. */
  values(key: string): unknown[] {
    return this.events.filter(({ type, data }) => type === 'entry' && data.key === key).map(({ data }) => data.value);
  }

  read(): void {
    this.#response.on('data', (text: string) => this.#take(text));
  }

  /** Waits until so many events have come, and gives them. */
  async received(count: number): Promise<readonly ReceivedEvent[]> {
    const enough = () => this.events.length >= count;
    await until(enough, { message: `${count} events; there are ${JSON.stringify(this.events)}` });
    this.#check();
    return this.events;
  }

  /** Waits until the server has ended it. */
  async ended(timeout = 20_000): Promise<void> {
    await until(() => this.state !== 'open', { timeout, message: 'the stream to end' });
    this.#check();
  }

  /** Goes away. Idempotent. */
  close(): void {
    this.#response.destroy();
  }

  #check(): void {
    for (const { type, data } of this.events.slice(this.#checked)) {
      if (WORKER_EVENTS.includes(type)) descriptions.checkEvent(type, data);
    }
    this.#checked = this.events.length;
  }

  #take(text: string): void {
    this.#text += text;
    for (let end = this.#text.indexOf('\n\n'); end >= 0; end = this.#text.indexOf('\n\n')) {
      this.#dispatch(this.#text.slice(0, end).split('\n'));
      this.#text = this.#text.slice(end + 2);
    }
  }

  #dispatch(lines: readonly string[]): void {
    let [type, data] = ['message', ''];
    for (const line of lines) {
      const colon = line.indexOf(':');
      const value = line.slice(colon + 1).replace(/^ /, '');
      switch (line.slice(0, colon)) {
        case '':
          this.beats++;
          break;
        case 'event':
          type = value;
          break;
        case 'data':
          data += value;
          break;
        case 'id':
          this.lastEventId = value;
          break;
        case 'retry':
          this.retries.push(Number(value));
      }
    }
    if (data === '') return;
    const event = { type, data: JSON.parse(data) as Record<string, unknown>, id: this.lastEventId };
    this.events.push(event);
    this.#onEvent?.(event);
  }
}
