import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CometResponse } from '../../src/http/answer/comet-response.ts';
import { CometRequest } from '../../src/http/request/comet-request.ts';
import { until } from '../support/until.ts';
import { render, Wire } from './wire.ts';

/** More than sockets hold on the way. */
const FLOOD = 32 * 1024 * 1024;

let server: Server<typeof CometRequest, typeof CometResponse>;
let handle: (req: CometRequest, res: CometResponse) => void;

beforeEach(async () => {
  server = createServer<typeof CometRequest, typeof CometResponse>({
    IncomingMessage: CometRequest,
    ServerResponse: CometResponse,
  });
  server.on('request', (req, res) => handle(req, res));
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

/** Keeps what it is given. */
class Taken {
  text = '';
  outcome = '';

  constructor(req: CometRequest) {
    req.handTo({
      piece: (bytes) => {
        this.text += bytes.toString('latin1');
      },
      end: () => {
        this.outcome += 'end';
      },
      gone: () => {
        this.outcome += 'gone';
      },
    });
  }
}

describe('the body of a request', () => {
  // node:http has its parser call `push`. Where it does not, nothing arrives.
  it('is handed on with its end', async () => {
    let taken: Taken | undefined;
    handle = (req) => {
      taken = new Taken(req);
    };
    const wire = await open();
    wire.send(render('/', { method: 'POST', body: 'abc' }));
    await until(() => taken?.outcome === 'end');
    expect(taken?.text).toBe('abc');
    wire.destroy();
  });

  it('is kept for whoever asks later, and no more is read than a bound', async () => {
    let request: CometRequest | undefined;
    let response: CometResponse | undefined;
    handle = (req, res) => {
      request = req;
      response = res;
    };
    const wire = await open();
    let swallowed = false;
    wire.send(render('/', { method: 'POST', headers: [`Content-Length: ${FLOOD}`] }));
    wire.socket.write(Buffer.alloc(FLOOD, 'x'), () => {
      swallowed = true;
    });
    await until(() => request?.socket.isPaused() === true);
    expect(swallowed).toBe(false);
    const taken = new Taken(request as CometRequest);
    await until(() => taken.outcome !== '', { timeout: 20_000 });
    expect([taken.text.length, taken.outcome]).toEqual([FLOOD, 'end']);
    response?.end();
    await wire.answer();
    wire.destroy();
  });

  it('ends for whoever asks once it is all there, empty or not', async () => {
    for (const body of ['abc', '']) {
      const wire = await open();
      handle = (req, res) => {
        setImmediate(() => {
          const { text, outcome } = new Taken(req);
          expect([text, outcome]).toEqual([body, 'end']);
          res.end();
        });
      };
      wire.send(render('/', { method: 'POST', body }));
      await wire.answer();
      wire.destroy();
    }
  });

  it('is thrown away behind an answer that did not need it, and the next request is heard', async () => {
    handle = (_, res) => res.end();
    const wire = await open();
    wire.send(render('/', { method: 'POST', headers: ['Content-Length: 100000'] }));
    await wire.answer();
    wire.send('x'.repeat(100_000) + render('/next'));
    await wire.answer();
    wire.destroy();
  });

  it('tells that its client is gone, once, before or after somebody asked', async () => {
    const taken: Taken[] = [];
    let late: CometRequest | undefined;
    handle = (req) => {
      if (req.url === '/late') late = req;
      else taken.push(new Taken(req));
    };
    for (const path of ['/', '/late']) {
      const wire = await open();
      wire.send(`${render(path, { method: 'POST', headers: ['Content-Length: 10'] })}abc`);
      await until(() => (path === '/' ? taken[0]?.text === 'abc' : late !== undefined));
      wire.destroy();
    }
    await until(() => late?.destroyed === true && taken[0]?.outcome === 'gone');
    expect(new Taken(late as CometRequest).outcome).toBe('gone');
  });
});
