import type { IncomingMessage } from 'node:http';
import { CometError } from '../../errors.ts';
import type { CometResponse, Unread } from '../answer/comet-response.ts';
import { ByteString } from './byte-string.ts';
import type { BodyTaker } from './comet-request.ts';
import { addJson } from './json-parameters.ts';
import type { Parameters } from './parameters.ts';

type BodyType = 'form' | 'json';

/** No two repetitions in a row match the same character: spaces without end must not be tried in every division. */
const CONTENT_TYPE =
  /^application\/(?:(x-www-form-urlencoded)|json)[ \t]*(?:;[ \t]*(?:charset="?utf-?8"?[ \t]*(?:;[ \t]*)?)?)?$/i;

/** What kind of body the request announces, none of which has been read. The parser refuses a length that is none. */
export function announcedBody(req: IncomingMessage, maxBytes: number): Unread {
  if (req.headers['transfer-encoding'] !== undefined) return 'endless';
  const length = Number(req.headers['content-length'] ?? 0);
  if (length === 0) return 'none';
  return length > maxBytes ? 'endless' : 'short';
}

/**
 * Adds the parameters of the query and of the body, which is read here. False when the client left meanwhile. A body
 * that is too large or has a wrong type is refused as soon as that is known, and not read on.
 */
export async function readParameters(
  res: CometResponse,
  query: string,
  parameters: Parameters,
  maxBytes: number,
): Promise<boolean> {
  parameters.addEncoded(query);
  if (res.unread === 'none') return true;
  const type = expectBody(res, maxBytes);
  const bytes = await readBody(res, maxBytes);
  if (bytes === null) return false;
  if (bytes.length === 0) return true;
  if (type === null) throw new CometError('CONTENT_TYPE_UNSUPPORTED');
  if (type === 'form') parameters.addEncoded(bytes.toString('latin1'));
  else addJson(parameters, bytes);
  return true;
}

/** The body of a request that takes JSON alone; `null` when the client left meanwhile. Refuses as `readParameters` does. */
export async function readJsonBody(res: CometResponse, maxBytes: number): Promise<Buffer | null> {
  if (res.unread === 'none') throw new CometError('BODY_INVALID', { message: 'The request has no body.' });
  const type = expectBody(res, maxBytes);
  const bytes = await readBody(res, maxBytes);
  if (bytes !== null && type !== 'json') {
    throw new CometError('CONTENT_TYPE_UNSUPPORTED', {
      message: 'The body of /batch must be application/json: send "Content-Type: application/json".',
    });
  }
  return bytes;
}

/** Its type, `null` if it does not say, once it is known to be none that is refused; has the client send it. */
function expectBody(res: CometResponse, maxBytes: number): BodyType | null {
  if (Number(res.req.headers['content-length'] ?? 0) > maxBytes) throw new CometError('BODY_TOO_LARGE');
  const type = bodyType(res.req);
  if (res.expectsContinue) res.writeContinue();
  return type;
}

/** `null` if there is no content type: good enough for a chunked body that turns out to be empty. */
function bodyType(req: IncomingMessage): BodyType | null {
  const { 'content-type': type, 'content-encoding': encoding } = req.headers;
  if (type === undefined && encoding === undefined) return null;
  const match = CONTENT_TYPE.exec(type ?? '');
  if (match === null || encoding !== undefined) throw new CometError('CONTENT_TYPE_UNSUPPORTED');
  return match[1] === undefined ? 'json' : 'form';
}

/** `null` when the client left meanwhile. */
function readBody(res: CometResponse, maxBytes: number): Promise<Buffer | null> {
  return new Promise((resolve, reject) => res.req.handTo(new BodyReading(res, maxBytes, resolve, reject)));
}

class BodyReading implements BodyTaker {
  readonly #bytes = new ByteString();
  readonly #res: CometResponse;
  readonly #maxBytes: number;
  readonly #resolve: (bytes: Buffer | null) => void;
  readonly #reject: (error: CometError) => void;

  constructor(
    res: CometResponse,
    maxBytes: number,
    resolve: (bytes: Buffer | null) => void,
    reject: (error: CometError) => void,
  ) {
    this.#res = res;
    this.#maxBytes = maxBytes;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  piece(piece: Buffer): void {
    this.#bytes.append(piece);
    if (this.#bytes.length <= this.#maxBytes) return;
    this.#res.req.forgo();
    this.#reject(new CometError('BODY_TOO_LARGE'));
  }

  end(): void {
    this.#res.unread = 'none';
    this.#resolve(this.#bytes.value);
  }

  gone(): void {
    this.#resolve(null);
  }
}
