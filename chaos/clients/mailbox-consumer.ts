import { setTimeout as sleep } from 'node:timers/promises';
import { signMailbox } from '../../src/sign.ts';
import { SIGN_SECRET } from '../deployment/secrets.ts';
import type { Receipt } from '../history/history.ts';
import { numberOf } from '../history/payload.ts';
import type { Site, Way } from './site.ts';

export interface MailboxConsumerOptions {
  readonly site: Site;
  readonly way: Way;
  readonly name: string;
  readonly uid: string;
  /** For which it lets a poll wait, seconds. */
  readonly timeout: number;
}

const RETRY_MS = 50;
const SIGN_SECONDS = 3_600;

/** Takes the messages of one mailbox and acknowledges each. */
export class MailboxConsumer {
  readonly #options: MailboxConsumerOptions;
  readonly #receipts: Receipt[];
  #ack = '';

  constructor(options: MailboxConsumerOptions) {
    const { site, name, uid } = options;
    this.#options = options;
    this.#receipts = site.recorder.consume(name, uid);
  }

  /** Resolves when the site is closed. */
  async run(): Promise<void> {
    const { site, way, uid, timeout } = this.#options;
    const expires = `${Math.ceil(Date.now() / 1000) + SIGN_SECONDS}`;
    const query = new URLSearchParams({ uid, expires, sign: signMailbox(SIGN_SECRET, uid, expires) });
    for (let turn = 0; !site.isClosed; turn++) {
      try {
        const path = `/?${query}&timeout=${timeout}&ack=${encodeURIComponent(this.#ack)}`;
        const answer = await site.get(site.address(way, turn), path, timeout * 1000);
        if (answer.status === 200) this.#take(answer.json<{ id?: string; value?: string }>());
        else await this.#interrupted();
      } catch {
        await this.#interrupted();
      }
    }
  }

  #take({ id, value }: { readonly id?: string; readonly value?: string }): void {
    if (id === undefined || value === undefined) return;
    this.#receipts.push({ at: performance.now(), number: numberOf(value), id });
    this.#ack = id;
  }

  async #interrupted(): Promise<void> {
    const { site } = this.#options;
    if (site.isClosed) return;
    site.recorder.interruptions++;
    await sleep(RETRY_MS);
  }
}
