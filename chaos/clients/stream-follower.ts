import { setTimeout as sleep } from 'node:timers/promises';
import { EventClient, type ReceivedEvent } from '../../test/support/event-client.ts';
import type { Sighting } from '../history/history.ts';
import { numberOf } from '../history/payload.ts';
import { comeBack, SILENCE_MS } from './comebacks.ts';
import type { Site, Way } from './site.ts';

export interface StreamFollowerOptions {
  readonly site: Site;
  readonly way: Way;
  readonly name: string;
  readonly keys: readonly string[];
}

const LOOK_MS = 20;
/** Within which a refusal is there as a whole. */
const REFUSAL_MS = 1_000;

/** Follows keys on an event stream, and comes back with the id of the last event when it ends. */
export class StreamFollower {
  readonly #options: StreamFollowerOptions;
  readonly #traces: Map<string, Sighting[]>;
  #position = '';
  #heardAt = 0;
  #beats = 0;

  constructor(options: StreamFollowerOptions) {
    const { site, name, keys } = options;
    this.#options = options;
    this.#traces = new Map(keys.map((key) => [key, site.recorder.follow(name, key, 'every')]));
  }

  /** Resolves when the site is closed. */
  run(): Promise<void> {
    return comeBack(this.#options.site, 'stream', (turn) => this.#listen(turn));
  }

  async #listen(turn: number): Promise<void> {
    const { site, way, keys } = this.#options;
    const { host, port } = site.address(way, turn);
    const query = [...keys.map((key) => `key=${key}`), `after=${keys.map(() => '0').join(',')}`].join('&');
    // As an EventSource does, for which a refusal is an event.
    const accept = { accept: 'text/event-stream' };
    const headers = this.#position === '' ? accept : { ...accept, 'last-event-id': this.#position };
    const onEvent = (event: ReceivedEvent) => this.#take(event);
    const client = await EventClient.open(port, `/events?${query}`, { host, headers, onEvent });
    this.#heardAt = performance.now();
    if (client.status !== 200) {
      await client.ended(REFUSAL_MS).catch(() => {});
      site.recorder.unopened.push(`stream: status ${client.status} ${client.rest}`);
    }
    while (client.status === 200 && client.state === 'open' && !site.isClosed && !this.#isSilent(client)) {
      await sleep(LOOK_MS);
      // Blocks that are no event move it too.
      this.#position = client.lastEventId || this.#position;
    }
    this.#position = client.lastEventId || this.#position;
    client.close();
  }

  #isSilent(client: EventClient): boolean {
    if (client.beats !== this.#beats) this.#heardAt = performance.now();
    this.#beats = client.beats;
    return performance.now() - this.#heardAt > SILENCE_MS;
  }

  #take({ type, data }: ReceivedEvent): void {
    const at = performance.now();
    this.#heardAt = at;
    const trace = this.#traces.get(String(data.key));
    if (type === 'missed') trace?.push({ at, number: null, cursor: '', recovered: false });
    if (type !== 'entry') return;
    const { value, cursor, recovered } = data;
    trace?.push({
      at,
      number: numberOf(String(value)),
      cursor: String(cursor),
      recovered: recovered !== false,
    });
  }
}
