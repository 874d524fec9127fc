import { describe, expect, it } from '@jest/globals';
import { Invalid } from '../../bench/invalid.ts';
import { AnswerReader } from '../../bench/load/answer.ts';

const GOOD = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello';

describe('reading answers off a connection', () => {
  it('gives a whole answer with the place of its body', () => {
    expect(new AnswerReader().read(GOOD)).toEqual({ text: GOOD, body: GOOD.length - 5 });
  });

  it('puts pieces together, wherever they are cut', () => {
    for (let cut = 1; cut < GOOD.length; cut++) {
      const reader = new AnswerReader();
      expect(reader.read(GOOD.slice(0, cut))).toBeNull();
      expect(reader.read(GOOD.slice(cut))?.text).toBe(GOOD);
    }
  });

  it('reads the next answer after one', () => {
    const reader = new AnswerReader();
    expect(reader.read(GOOD)?.text).toBe(GOOD);
    expect(reader.read(GOOD)?.text).toBe(GOOD);
  });

  it.each([
    ['a status that is not 2xx', GOOD.replace('200 OK', '503 Service Unavailable')],
    ['a redirect', GOOD.replace('200 OK', '302 Found')],
    ['bytes after an answer', `${GOOD}!`],
    ['two answers where one was asked for', GOOD + GOOD],
    ['no Content-Length', GOOD.replace('Content-Length: 5', 'X-Length: 5')],
    ['a Content-Length in the body alone', 'HTTP/1.1 200 OK\r\n\r\n\r\nContent-Length: 20'],
  ])('takes %s for broken', (_, text) => {
    expect(() => new AnswerReader().read(text)).toThrow(Invalid);
  });
});
