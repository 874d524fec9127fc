import { setTimeout as sleep } from 'node:timers/promises';
import { signMailbox } from '../../src/sign.ts';
import type { Answer } from '../../test/support/http-client.ts';
import { SIGN_SECRET } from '../deployment/secrets.ts';
import { numberOf } from '../history/payload.ts';
import type { Consumed } from '../history/recorder.ts';
import type { Site, Way } from './site.ts';

export interface MailboxConsumerOptions {
  readonly site: Site;
  readonly way: Way;
  readonly name: string;
  readonly uid: string;
  /** Polls with `ack`; else what is handed out is gone. */
  readonly isAcknowledging: boolean;
  /** For which it lets a poll wait, seconds. */
  readonly timeout: number;
}

const RETRY_MS = 50;
const SIGN_SECONDS = 3_600;

/** Takes the messages of one mailbox. */
export class MailboxConsumer {
  readonly #options: MailboxConsumerOptions;
  readonly #trace: Consumed;
  #ack = '';

  constructor(options: MailboxConsumerOptions) {
    const { site, name, uid, isAcknowledging } = options;
    this.#options = options;
    this.#trace = site.recorder.consume(name, uid, isAcknowledging);
  }

  /** Resolves when the site is closed. */
  async run(): Promise<void> {
    const { site, way, uid, isAcknowledging, timeout } = this.#options;
    const expires = `${Math.ceil(Date.now() / 1000) + SIGN_SECONDS}`;
    const query = new URLSearchParams({ uid, expires, sign: signMailbox(SIGN_SECRET, uid, expires) });
    for (let turn = 0; !site.isClosed; turn++) {
      try {
        const ack = isAcknowledging ? `&ack=${encodeURIComponent(this.#ack)}` : '';
        const path = `/?${query}&timeout=${timeout}${ack}`;
        const answer = await site.get(site.address(way, turn), path, timeout * 1000);
        if (answer.status === 200) this.#take(answer);
        else await this.#interrupted();
      } catch {
        await this.#interrupted();
      }
    }
  }

  #take(answer: Answer): void {
    const at = performance.now();
    // The payloads are no JSON: without `ack` an answer that is has no message.
    const isRaw = !String(answer.headers['content-type']).startsWith('application/json');
    const { id = '', value } = isRaw ? { value: answer.body } : answer.json<{ id?: string; value?: string }>();
    if (value === undefined) {
      this.#trace.ends.push({ at, isBroken: false });
      return;
    }
    this.#trace.receipts.push({ at, number: numberOf(value), id });
    this.#ack = id;
  }

  async #interrupted(): Promise<void> {
    const { site } = this.#options;
    if (site.isClosed) return;
    site.recorder.interruptions++;
    this.#trace.ends.push({ at: performance.now(), isBroken: true });
    await sleep(RETRY_MS);
  }
}
