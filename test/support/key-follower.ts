import { Agent } from 'node:http';
import { get } from './http-client.ts';

interface Followed {
  readonly error_code: number;
  readonly cursor: string;
  readonly recovered: boolean;
  readonly entries?: readonly { readonly value: string }[];
}

/** A client that follows a key with every entry, on all ports in turn. */
export class KeyFollower {
  /** Values, in the order in which they came. */
  readonly seen: string[] = [];
  /** What should not have been answered. */
  readonly faults: string[] = [];
  readonly #key: string;
  readonly #ports: readonly number[];
  #cursor = '0';
  readonly #agent = new Agent({ keepAlive: true });
  #stopped = false;

  constructor(key: string, ports: readonly number[]) {
    this.#key = key;
    this.#ports = ports;
  }

  /** Resolves some time after `stop`. */
  async run(): Promise<void> {
    for (let turn = 0; !this.#stopped; turn++) {
      const port = this.#ports[turn % this.#ports.length] as number;
      const answer = await get(port, `/get?key=${this.#key}&after=${this.#cursor}&all=1&timeout=3`, {
        agent: this.#agent,
      });
      if (answer.status === 503) continue;
      const { error_code, cursor, recovered, entries = [] } = answer.json<Followed>();
      if (!recovered) this.faults.push(`not recovered at ${this.#cursor}: ${answer.body}`);
      if (error_code > 1) this.faults.push(answer.body);
      for (const entry of entries) this.seen.push(entry.value);
      this.#cursor = cursor;
    }
    this.#agent.destroy();
  }

  stop(): void {
    this.#stopped = true;
  }
}
