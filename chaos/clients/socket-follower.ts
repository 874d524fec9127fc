import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Sighting } from '../history/history.ts';
import { numberOf } from '../history/payload.ts';
import { comeBack, SILENCE_MS } from './comebacks.ts';
import type { Site, Way } from './site.ts';

export interface SocketFollowerOptions {
  readonly site: Site;
  readonly way: Way;
  readonly name: string;
  readonly keys: readonly string[];
}

interface Frame {
  readonly type: 'entry' | 'missed' | 'position' | 'refused' | 'answer';
  readonly key: string;
  readonly cursor: string;
  readonly value: string;
  readonly recovered?: boolean;
  readonly error_code: number;
  /** A key that was let go, to be taken up again. */
  readonly request?: string;
}

const LOOK_MS = 20;
/** Between two keys that are let go. */
const CHANGE_MS = 700;

/**
 * Follows keys over a WebSocket, and comes back with the cursors that it keeps when it ends. All the time it lets go of
 * one key after the other and takes it up again: that must not show.
 */
export class SocketFollower {
  readonly #options: SocketFollowerOptions;
  readonly #traces: Map<string, Sighting[]>;
  readonly #cursors: Map<string, string>;
  #heardAt = 0;
  #changes = 0;

  constructor(options: SocketFollowerOptions) {
    const { site, name, keys } = options;
    this.#options = options;
    this.#traces = new Map(keys.map((key) => [key, site.recorder.follow(name, key, 'every')]));
    this.#cursors = new Map(keys.map((key) => [key, '0']));
  }

  /** Resolves when the site is closed. */
  run(): Promise<void> {
    return comeBack(this.#options.site, 'socket', (turn) => this.#listen(turn));
  }

  async #listen(turn: number): Promise<void> {
    const { site, way, keys } = this.#options;
    const { host, port } = site.address(way, turn);
    const socket = new WebSocket(`ws://${host}:${port}/ws`, { handshakeTimeout: SILENCE_MS, perMessageDeflate: false });
    socket.on('error', () => {});
    socket.on('ping', () => this.#hear());
    socket.on('message', (data) => this.#take(JSON.parse(String(data)) as Frame, socket));
    try {
      await once(socket, 'open', { signal: site.end });
      this.#hear();
      this.#subscribe(socket, keys);
      let changeAt = performance.now() + CHANGE_MS;
      while (socket.readyState === WebSocket.OPEN && !site.isClosed && !this.#isSilent) {
        await sleep(LOOK_MS);
        if (performance.now() < changeAt || socket.readyState !== WebSocket.OPEN) continue;
        changeAt = performance.now() + CHANGE_MS;
        const key = keys[this.#changes++ % keys.length] as string;
        socket.send(JSON.stringify({ type: 'unsubscribe', keys: [key], request: key }));
      }
    } finally {
      socket.terminate();
    }
  }

  get #isSilent(): boolean {
    return performance.now() - this.#heardAt > SILENCE_MS;
  }

  #hear(): void {
    this.#heardAt = performance.now();
  }

  #subscribe(socket: WebSocket, keys: readonly string[]): void {
    const cursors = Object.fromEntries(keys.map((key) => [key, this.#cursors.get(key)]));
    socket.send(JSON.stringify({ type: 'subscribe', keys: cursors }));
  }

  #take({ type, key, cursor, value, recovered, error_code: error, request }: Frame, socket: WebSocket): void {
    // What a connection that was given up still brings comes again on the next.
    if (socket.readyState !== WebSocket.OPEN) return;
    this.#hear();
    const at = this.#heardAt;
    const trace = this.#traces.get(key);
    switch (type) {
      case 'entry':
        this.#cursors.set(key, cursor);
        trace?.push({ at, number: numberOf(value), cursor, recovered: recovered !== false });
        return;
      case 'position':
        this.#cursors.set(key, cursor);
        return;
      case 'missed':
        trace?.push({ at, number: null, cursor: '', recovered: false });
        return;
      case 'refused':
        socket.terminate();
        return;
      case 'answer':
        if (error !== 0) socket.terminate();
        else if (request !== undefined) this.#subscribe(socket, [request]);
    }
  }
}
