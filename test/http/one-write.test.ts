import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CometResponse } from '../../src/http/answer/comet-response.ts';
import { Rendered } from '../../src/http/answer/rendered.ts';
import { WholeTexts } from '../../src/http/answer/whole-texts.ts';
import { CometRequest } from '../../src/http/request/comet-request.ts';
import { until } from '../support/until.ts';
import { render, Wire } from './wire.ts';

const KEEP_ALIVE = 75;
const FIELDS = ['Vary', 'Origin'];
const LARGE = 'x'.repeat(8 * 1024 * 1024);

type Handler = (res: CometResponse) => void;

let server: Server<typeof CometRequest, typeof CometResponse>;
let handle: Handler;
let pieces: number[];

beforeEach(async () => {
  pieces = [];
  server = createServer<typeof CometRequest, typeof CometResponse>({
    IncomingMessage: CometRequest,
    ServerResponse: CometResponse,
    keepAliveTimeout: KEEP_ALIVE * 1000,
  });
  server.on('connection', (socket) => count(socket, pieces));
  server.on('request', (_, res) => handle(res));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => {
  server.close();
  server.closeAllConnections();
});

function open(): Promise<Wire> {
  return Wire.open((server.address() as AddressInfo).port);
}

/** How many pieces each write had. */
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

function whole(res: CometResponse, rendered: Rendered, status = 200): void {
  expect(res.takesWhole).toBe(true);
  res.sendWhole(new WholeTexts(KEEP_ALIVE).of(status, rendered, FIELDS));
}

describe('an answer in one write', () => {
  it.each(['plain', 'äöü €', '😀\u2028', ''])('leaves in one piece, and arrives as it was: %j', async (text) => {
    handle = (res) => whole(res, Rendered.json({ text }));
    const wire = await open();
    wire.send(render('/'));
    expect((await wire.answer()).json).toEqual({ text });
    expect(pieces).toEqual([1]);
    wire.destroy();
  });

  // What node:http says of a connection that it keeps may change with its version: then `WholeTexts` has to follow.
  it.each([200, 404, 503])('has the head that node:http would have written: %i', async (status) => {
    const rendered = Rendered.json({ text: 'ä' });
    const heads: string[] = [];
    const wire = await open();
    for (const way of ['whole', 'long']) {
      handle = (res) => {
        if (way === 'whole') whole(res, rendered, status);
        else res.send(status, [...rendered.head, ...FIELDS], rendered.body);
      };
      wire.send(render('/'));
      await until(() => wire.rest.includes('}'));
      heads.push(wire.rest.replace(/^Date: .* GMT\r$/m, 'Date: now\r'));
      await wire.answer();
    }
    expect(heads[0]).toBe(heads[1]);
    expect(heads[0]).toContain('Date: now');
    wire.destroy();
  });

  it('is dated by the second, also where it goes out twice', async () => {
    const texts = new WholeTexts(KEEP_ALIVE);
    const rendered = Rendered.json({});
    const dated = () => /^Date: (.*)\r$/m.exec(texts.of(200, rendered, FIELDS))?.[1];
    const before = Date.now();
    const first = dated() ?? '';
    // Whole seconds, and the one in which it was asked for.
    expect(Date.parse(first)).toBeGreaterThan(before - 1000);
    expect(Date.parse(first)).toBeLessThanOrEqual(Date.now());
    expect(await until(() => dated() !== first)).toBe(true);
  });

  it('ends the response, so that the one behind it has its turn', async () => {
    const ended: string[] = [];
    const parked: CometResponse[] = [];
    handle = (res) => {
      res.on('close', () => ended.push(res.req.url ?? ''));
      parked.push(res);
    };
    const wire = await open();
    wire.send(render('/1') + render('/2'));
    await until(() => parked.length === 2);
    const [first, second] = parked as [CometResponse, CometResponse];
    expect(second.socket).toBeNull();
    whole(first, Rendered.json({ number: 1 }));
    await until(() => second.socket !== null);
    whole(second, Rendered.json({ number: 2 }));
    expect((await wire.answer()).json).toEqual({ number: 1 });
    expect((await wire.answer()).json).toEqual({ number: 2 });
    expect(ended).toEqual(['/1', '/2']);
    wire.destroy();
  });

  it('ends the response once all has left, where the client reads slowly', async () => {
    let ended = false;
    let sent: CometResponse | undefined;
    // As no answer is: as long a text would be kept as bytes.
    const text = `HTTP/1.1 200 OK\r\nContent-Length: ${LARGE.length}\r\n\r\n${LARGE}`;
    handle = (res) => {
      sent = res;
      res.on('close', () => {
        ended = true;
      });
      res.sendWhole(text);
    };
    const wire = await open();
    wire.socket.pause();
    wire.send(render('/'));
    await until(() => sent !== undefined);
    expect(sent?.socket?.writableLength).toBeGreaterThan(0);
    expect(ended).toBe(false);
    wire.socket.resume();
    expect((await wire.answer()).body).toHaveLength(LARGE.length);
    await until(() => ended);
    wire.destroy();
  });

  it('ends the response, where the client goes away before it has left', async () => {
    let ended = false;
    handle = (res) => {
      res.on('close', () => {
        ended = true;
      });
      res.sendWhole(LARGE);
      wire.destroy();
    };
    const wire = await open();
    wire.socket.pause();
    wire.send(render('/'));
    await until(() => ended);
  });

  it.each([
    ['HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n'],
    ['a connection that is to be closed', render('/', { headers: ['Connection: close'] })],
    ['HEAD', render('/', { method: 'HEAD' })],
  ])('is not for %s', async (_, request) => {
    let takesWhole: boolean | undefined;
    handle = (res) => {
      takesWhole = res.takesWhole;
      const { head, body } = Rendered.json({});
      res.send(200, head, body);
    };
    const wire = await open();
    wire.send(request);
    await wire.answer({ bodiless: request.startsWith('HEAD') });
    expect(takesWhole).toBe(false);
    wire.destroy();
  });
});
