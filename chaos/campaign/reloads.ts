import { Agent } from 'node:http';
import { get, post } from '../../test/support/http-client.ts';
import { Deployment } from '../deployment/deployment.ts';
import { PUBLISH_KEY } from '../deployment/secrets.ts';
import { reload } from '../faults/worker-faults.ts';
import { Random } from '../random.ts';
import { Audience, type AudienceFound } from './audience.ts';

export interface ReloadsOptions {
  /** At least so many are sent. */
  readonly requests: number;
  /** Called now and then with how many were sent. */
  readonly onProgress: (sent: number) => void;
}

export interface ReloadsFound {
  readonly requests: number;
  /** What was answered to the requests that failed. */
  readonly failures: readonly string[];
  readonly reloads: number;
  readonly seconds: number;
  readonly audience: AudienceFound;
}

const CLIENTS = 40;
const KEYS = 50;
const PROGRESS_MS = 5_000;

/**
 * Sends requests through nginx while the machines are reloaded again and again; beside them event streams and WebSockets
 * follow keys.
 */
export class Reloads {
  readonly #options: ReloadsOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  readonly #failures: string[] = [];
  #sent = 0;

  constructor(options: ReloadsOptions) {
    this.#options = options;
  }

  /** Resolves when all requests were sent and the last reload is through. */
  async run(): Promise<ReloadsFound> {
    const deployment = await Deployment.start('single');
    const audience = new Audience(deployment);
    const start = performance.now();
    const progress = setInterval(() => this.#options.onProgress(this.#sent), PROGRESS_MS);
    try {
      let isReloading = true;
      const client = async () => {
        while (isReloading || this.#sent < this.#options.requests)
          await this.#send(deployment.nginx.port, ++this.#sent);
      };
      const load = Promise.all(Array.from({ length: CLIENTS }, client));
      const reloads = await this.#reload(deployment);
      isReloading = false;
      await load;
      const seconds = (performance.now() - start) / 1000;
      return {
        ...{ requests: this.#sent, failures: this.#failures, reloads, seconds },
        audience: await audience.close(),
      };
    } finally {
      await audience.close();
      clearInterval(progress);
      this.#agent.destroy();
      await deployment.stop();
    }
  }

  /** One reload after the other until there were enough requests; gives their number. */
  async #reload(deployment: Deployment): Promise<number> {
    const random = new Random(1);
    let reloads = 0;
    while (this.#sent < this.#options.requests) {
      const injected = await reload.inject({ deployment, random, keys: [] });
      await injected.heal(() => {});
      reloads++;
    }
    return reloads;
  }

  /** A set, a poll that is answered at once, or one that waits a little. */
  async #send(port: number, number: number): Promise<void> {
    const key = `key-${number % KEYS}`;
    const options = { agent: this.#agent, headers: { authorization: `Bearer ${PUBLISH_KEY}` } };
    const kind = number % 3;
    try {
      const answer =
        kind === 0
          ? await post(port, '/set', { ...options, form: { key, value: `${number}` } })
          : await get(port, `/get?key=${key}&timeout=${kind === 1 ? 0 : 0.05}`, options);
      const isDone = answer.status === 200 && answer.json<{ error_code: number }>().error_code <= 1;
      if (!isDone) this.#failures.push(`${answer.status} ${answer.body}`);
    } catch (error) {
      this.#failures.push(String(error));
    }
  }
}
