import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { CometResponse } from '../../src/http/answer/comet-response.ts';
import { Rendered } from '../../src/http/answer/rendered.ts';
import { get } from '../support/http-client.ts';

const server = createServer({ ServerResponse: CometResponse });

afterEach(() => {
  server.close();
});

/** Answers one request with this text, and tells what the client got and how many pieces each write had. */
async function answer(text: string): Promise<{ text: string; pieces: number[] }> {
  const rendered = Rendered.json({ text });
  const pieces: number[] = [];
  server.once('connection', (socket: Socket) => count(socket, pieces));
  server.once('request', (_, res) => (res as CometResponse).send(200, rendered.head, rendered.body));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { body, headers } = await get((server.address() as AddressInfo).port, '/');
  expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
  return { text: JSON.parse(body).text, pieces };
}

function count(socket: Socket, pieces: number[]): void {
  const { _write: write, _writev: writev } = socket;
  socket._write = (...args) => {
    pieces.push(1);
    write.apply(socket, args);
  };
  socket._writev = (...args) => {
    pieces.push(args[0].length);
    writev?.apply(socket, args);
  };
}

describe('a small answer', () => {
  it.each(['plain', 'äöü €', '😀\u2028', ''])('leaves in one piece, and arrives as it was: %j', async (text) => {
    expect(await answer(text)).toEqual({ text, pieces: [1] });
  });
});

describe('a large answer', () => {
  it('arrives as it was', async () => {
    const text = 'ü'.repeat(100_000);
    expect((await answer(text)).text).toBe(text);
  });
});
