import type { Logger } from 'pino';
import { CATALOGUE, CometError } from '../../errors.ts';
import { workerKeepAliveSeconds } from '../../keep-alive.ts';
import type { Meters } from '../../metrics/meters.ts';
import type { ClientAddress } from '../access/client-address.ts';
import { announcedBody } from '../request/body.ts';
import { answerAndClose } from './closing.ts';
import type { CometResponse } from './comet-response.ts';
import { type Cors, PREFLIGHT_FIELDS } from './cors.ts';
import { renderError } from './error-answer.ts';
import { renderCall, renderMessage } from './jsonp.ts';
import { refusalReason } from './refusal-reason.ts';
import type { Rendered } from './rendered.ts';
import { UnsentAnswers } from './unsent-answers.ts';
import { WholeTexts } from './whole-texts.ts';

/** Counted for a client that left before it was answered; nothing of it goes over the wire. */
const CLIENT_GONE = 499;

const NONE: string[] = [];

export interface ResponderOptions {
  readonly meters: Meters;
  readonly log: Logger;
  readonly cors: Cors;
  readonly addresses: ClientAddress;
  readonly maxBodyBytes: number;
  readonly maxUnsentBytes: number;
  /** See the option of that name. */
  readonly drainSeconds: number;
}

/** Writes every answer of a worker, once a response, and counts it. */
export class Responder {
  /** Each connection is closed after its next answer. */
  draining = false;
  readonly #options: ResponderOptions;
  readonly #debug: boolean;
  readonly #unsent: UnsentAnswers;
  readonly #texts: WholeTexts;

  constructor(options: ResponderOptions) {
    this.#options = options;
    this.#unsent = new UnsentAnswers(options.maxUnsentBytes, () => options.meters.refused.add('slow_reader'));
    this.#texts = new WholeTexts(workerKeepAliveSeconds(options));
    this.#debug = options.log.isLevelEnabled('debug');
  }

  /** Keeps what the answer to a request will need of it. Before anything else. */
  receive(res: CometResponse): void {
    const { addresses, cors, maxBodyBytes } = this.#options;
    const { req } = res;
    res.unread = announcedBody(req, maxBodyBytes);
    res.cors = cors.fields(req.headers.origin, req.headers.host);
    if (this.#debug) res.client = addresses.of(req);
  }

  /** A JSON answer under 200. */
  json(res: CometResponse, rendered: Rendered): void {
    this.#write(res, 200, res.callback === null ? rendered : renderCall(res.callback, rendered.text));
  }

  /** A mailbox message as it is. */
  message(res: CometResponse, message: string): void {
    this.#write(res, 200, renderMessage(res.callback, message));
  }

  /** `fields` are header fields besides, names and values in turn. */
  error(res: CometResponse, error: CometError, fields = NONE): void {
    // Nobody knows how much of the answer that failed is out, and this one comes too late.
    if (res.settled && error.code === 'INTERNAL') res.destroy();
    const answer = renderError(error, res.callback);
    this.#write(res, answer.status, answer.rendered, [...answer.fields, ...fields], CATALOGUE[error.code].status);
    this.note(res, error);
  }

  /**
   * Begins an answer whose end is not known: whoever asked for it writes on, and ends it. False if nobody is left to
   * take it. With `error` it only says why not, under 200: an EventSource that sees another status never comes back.
   */
  stream(res: CometResponse, head: readonly string[], error: CometError | null = null): boolean {
    if (res.settled || res.gone) {
      this.left(res);
      return false;
    }
    this.#settle(res, error === null ? 200 : CATALOGUE[error.code].status);
    if (error !== null) this.note(res, error);
    // It may be open for an hour; its connection is of no use to anybody after that.
    res.shouldKeepAlive = false;
    res.writeHead(200, [...head, ...res.cors]);
    return true;
  }

  /** Ends what `stream` began. */
  endStream(res: CometResponse, text: string): void {
    res.end(text);
    this.#unsent.watch(res);
  }

  /** Counts an error that its client was told of, and logs what an operator must know. */
  note(res: Pick<CometResponse, 'route'>, error: CometError): void {
    const reason = refusalReason(error.code);
    // A probe that is told "not ready" was answered, not turned away.
    if (reason !== null && res.route !== 'readyz') this.#options.meters.refused.add(reason);
    if (error.code === 'INTERNAL') this.#options.log.error({ err: error.cause ?? error, route: res.route }, 'defect');
    else if (this.#debug && error.cause !== undefined) {
      this.#options.log.debug({ err: error.cause, route: res.route, code: error.code }, 'cause of an error answer');
    }
  }

  /** Whatever a handler threw. */
  failure(res: CometResponse, thrown: unknown): void {
    this.error(res, CometError.of(thrown));
  }

  preflight(res: CometResponse): void {
    this.#settle(res, 204);
    if (this.draining) res.shouldKeepAlive = false;
    res.writeHead(204, [...res.cors, ...PREFLIGHT_FIELDS]);
    res.end();
  }

  /** The client left before it was answered. */
  left(res: CometResponse): void {
    if (!res.settled) this.#settle(res, CLIENT_GONE);
  }

  /** `meant` is the status that is counted: under JSONP errors are written as 200. */
  #write(res: CometResponse, status: number, rendered: Rendered, fields = NONE, meant = status): void {
    if (res.settled) return;
    if (res.gone) {
      this.left(res);
      return;
    }
    this.#settle(res, meant);
    const { req } = res;
    const besides = fields.length === 0 ? res.cors : [...fields, ...res.cors];
    if (this.#mustClose(res)) {
      const head = [...rendered.head, ...besides];
      answerAndClose(req.socket, status, head, req.method === 'HEAD' ? '' : rendered.text);
      return;
    }
    if (this.draining) res.shouldKeepAlive = false;
    if (typeof rendered.body === 'string' && res.takesWhole) res.sendWhole(this.#texts.of(status, rendered, besides));
    else res.send(status, [...rendered.head, ...besides], rendered.body);
    this.#unsent.watch(res, rendered);
  }

  /** A client that waits for leave to send its body may never send it; then the next request would pass for it. */
  #mustClose(res: CometResponse): boolean {
    if (res.unread === 'none') return false;
    return res.unread === 'endless' || res.expectsContinue || this.draining;
  }

  #settle(res: CometResponse, status: number): void {
    res.settled = true;
    this.#options.meters.request(res.route, status);
    if (this.#debug) this.#options.log.debug({ route: res.route, status, client: res.client }, 'request answered');
  }
}
