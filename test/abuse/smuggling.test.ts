/**
 * Two programs in a row that disagree on where a request ends let one client speak for the next. Whatever can be read in
 * two ways must be refused, and the connection closed; what is taken must end where RFC 9112 says.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { raw } from '../support/http-client.ts';
import { Target } from './target.ts';

const LAST = 'GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
const HIDDEN = 'GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n';

/** A poll with these header lines and this body. */
function poll(lines: string, body: string, version = '1.1'): string {
  const form = 'Content-Type: application/x-www-form-urlencoded';
  return `POST /get?key=shown&timeout=0 HTTP/${version}\r\nHost: a\r\n${form}\r\n${lines}\r\n\r\n${body}`;
}

const CHUNKED = 'Transfer-Encoding: chunked';
const EMPTY = '0\r\n\r\n';
const HIDDEN_CHUNK = `${HIDDEN.length.toString(16)}\r\n${HIDDEN}\r\n${EMPTY}`;

/** Each is answered with 400, or not at all where no answer can be told apart, and nothing behind it is read. */
const REFUSED: readonly (readonly [string, string])[] = [
  ['both ways to tell the length', poll(`Content-Length: 5\r\n${CHUNKED}`, EMPTY + HIDDEN)],
  ['both ways, the other way round', poll(`${CHUNKED}\r\nContent-Length: 5`, EMPTY + HIDDEN)],
  ['two lengths', poll(`Content-Length: 0\r\nContent-Length: ${HIDDEN.length}`, HIDDEN)],
  ['the same length twice', poll('Content-Length: 0\r\nContent-Length: 0', HIDDEN)],
  ['a list of lengths', poll(`Content-Length: 0, ${HIDDEN.length}`, HIDDEN)],
  ['a length with a sign', poll('Content-Length: +5', HIDDEN)],
  ['a negative length', poll('Content-Length: -1', HIDDEN)],
  ['a hexadecimal length', poll('Content-Length: 0x5', HIDDEN)],
  ['a length with a gap', poll('Content-Length: 1 0', HIDDEN)],
  ['a length beyond 64 bits', poll(`Content-Length: ${2n ** 64n}`, HIDDEN)],
  ['an empty length', poll('Content-Length:', HIDDEN)],
  ['a space before the colon', poll('Content-Length : 5', HIDDEN)],
  ['a space before the colon of an encoding', poll('Transfer-Encoding : chunked', EMPTY + HIDDEN)],
  ['a tab before the colon', poll('Transfer-Encoding\t: chunked', EMPTY + HIDDEN)],
  ['obsolete folding of an encoding', poll('Transfer-Encoding:\r\n chunked', EMPTY + HIDDEN)],
  ['obsolete folding of a length', poll(`Content-Length: 0\r\n ${HIDDEN.length}`, HIDDEN)],
  ['a field that begins with a space', poll(' Content-Length: 5', HIDDEN)],
  ['a bare CR in a value', poll('X: a\rContent-Length: 5', HIDDEN)],
  ['a NUL in a value', poll('X: a\0b', HIDDEN)],
  ['a NUL in a name', poll('Content-Length\0: 5', HIDDEN)],
  ['chunked that is not last', poll('Transfer-Encoding: chunked, identity', EMPTY + HIDDEN)],
  ['an unknown encoding', poll('Transfer-Encoding: xchunked', EMPTY + HIDDEN)],
  ['identity', poll('Transfer-Encoding: identity', EMPTY + HIDDEN)],
  ['chunked in quotes', poll('Transfer-Encoding: "chunked"', EMPTY + HIDDEN)],
  ['chunked and a vertical tab', poll('Transfer-Encoding: \x0bchunked', EMPTY + HIDDEN)],
  ['two encodings, the last one unknown', poll(`${CHUNKED}\r\nTransfer-Encoding: x`, EMPTY + HIDDEN)],
  ['a chunk size with 0x', poll(CHUNKED, `0x0\r\n\r\n${HIDDEN}`)],
  ['a negative chunk size', poll(CHUNKED, `-0\r\n\r\n${HIDDEN}`)],
  ['a chunk size with a space before it', poll(CHUNKED, ` 0\r\n\r\n${HIDDEN}`)],
  ['a chunk size beyond 64 bits', poll(CHUNKED, `10000000000000000\r\n${HIDDEN}`)],
  ['no chunk size', poll(CHUNKED, `\r\n\r\n${HIDDEN}`)],
  ['a chunk that is longer than it says', poll(CHUNKED, `1\r\nabc\r\n${EMPTY}${HIDDEN}`)],
  ['a chunk that ends with a bare LF', poll(CHUNKED, `1\r\na\n${EMPTY}${HIDDEN}`)],
  ['a chunk extension with a bare LF', poll(CHUNKED, `0;\n${HIDDEN}\r\n\r\n`)],
  ['a chunk extension with a bare CR', poll(CHUNKED, `0;a\rb\r\n\r\n${HIDDEN}`)],
  ['a bare CR as the end of lines', `GET /healthz HTTP/1.1\rHost: a\r\r${HIDDEN}`],
  ['a bare LF behind the request line', `GET /healthz HTTP/1.1\nHost: a\r\n\r\n${HIDDEN}`],
  ['a bare LF behind a field', `GET /healthz HTTP/1.1\r\nHost: a\nX: b\r\n\r\n${HIDDEN}`],
  ['a bare LF as the end of all lines', `GET /healthz HTTP/1.1\nHost: a\n\n${HIDDEN}`],
  ['a bare LF behind a length', poll('X: a\nContent-Length: 5', HIDDEN)],
  ['a bare LF behind a chunk size', poll(CHUNKED, `0\n\r\n${HIDDEN}`)],
  ['a line feed in the target', `GET /healthz\n HTTP/1.1\r\nHost: a\r\n\r\n${HIDDEN}`],
  ['no version', `GET /healthz\r\nHost: a\r\n\r\n${HIDDEN}`],
  ['version 2.0', `GET /healthz HTTP/2.0\r\nHost: a\r\n\r\n${HIDDEN}`],
  ['the preface of HTTP/2', `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${HIDDEN}`],
  ['two Hosts', `GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n`],
  ['a GET with a body in chunks', `GET /healthz HTTP/1.1\r\nHost: a\r\n${CHUNKED}\r\n\r\n${HIDDEN_CHUNK}`],
];

/** Each ends where it should: the request inside is its body, the one behind it is answered. */
const TAKEN: readonly (readonly [string, string, number[]])[] = [
  ['a length', poll(`Content-Length: ${HIDDEN.length}`, HIDDEN), [200, 200]],
  ['one chunk', poll(CHUNKED, HIDDEN_CHUNK), [200, 200]],
  ['chunked in capitals', poll('TRANSFER-ENCODING: CHUNKED', HIDDEN_CHUNK), [200, 200]],
  ['a chunk extension', poll(CHUNKED, HIDDEN_CHUNK.replace('\r\n', ';a=b\r\n')), [200, 200]],
  ['leading zeros of a size', poll(CHUNKED, `000${HIDDEN_CHUNK}`), [200, 200]],
  ['a trailer that names a length', poll(CHUNKED, `0\r\nX: 5\r\n\r\n`), [200, 200]],
  [
    'a GET with a body of a length',
    `GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
    [400, 200],
  ],
  [
    'a body that waits for leave',
    poll(`Content-Length: ${HIDDEN.length}\r\nExpect: 100-continue`, HIDDEN),
    [100, 200, 200],
  ],
  ['empty lines before a request', '\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n', [200, 200]],
];

describe('request smuggling', () => {
  let target: Target;
  beforeAll(async () => {
    target = await Target.start();
  });
  afterAll(() => target.stop());

  async function statuses(bytes: string): Promise<number[]> {
    const answers = await raw(target.port, Buffer.from(bytes, 'latin1'));
    return [...answers.matchAll(/HTTP\/1\.1 (\d+) /g)].map((match) => Number(match[1]));
  }

  it.each(REFUSED)('%s is refused, with all that stands behind it', async (_, bytes) => {
    expect(await statuses(bytes + LAST)).toEqual([400]);
  });

  it.each(TAKEN)('%s ends where it should', async (_, bytes, expected) => {
    expect(await statuses(bytes + LAST)).toEqual(expected);
  });

  it('leaves nothing behind', async () => {
    await target.recovered();
    expect(await target.refused('malformed')).toBeGreaterThan(REFUSED.length / 2);
  });
});
