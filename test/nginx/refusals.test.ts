import type { Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CATALOGUE, type ErrorCode } from '../../src/errors.ts';
import { type Answer, get, post, raw } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { Front } from './front.ts';
import { startTinyWorker, stopTinyWorker } from './tiny-worker.ts';

const LIMITS = { workers: 1, maxBodyBytes: 1024, maxUrlBytes: 512, maxHeaderBytes: 1024 };

let front: Front;
let worker: Server | undefined;

beforeEach(async () => {
  front = await Front.start(LIMITS);
});

afterEach(async () => {
  await front.stop();
  await stopTinyWorker(worker);
  worker = undefined;
});

function expectRefusal(answer: Answer, code: ErrorCode): void {
  const { status, number, message, retryable } = CATALOGUE[code];
  expect(answer.status).toBe(status);
  expect(answer.json()).toEqual({ error_code: number, error: code, message });
  expect(answer.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  expect(answer.headers['retry-after'] ?? '').toMatch(retryable ? /^[1-5]$/ : /^$/);
}

describe('what nginx refuses by itself', () => {
  it('is said as a worker would say it', async () => {
    expectRefusal(await post(front.port, '/set', { body: 'x'.repeat(1025) }), 'BODY_TOO_LARGE');
    expectRefusal(await get(front.port, `/get?key=${'x'.repeat(3000)}`), 'URL_TOO_LONG');
    expectRefusal(await get(front.port, '/get', { headers: { 'x-long': 'x'.repeat(3000) } }), 'HEADERS_TOO_LARGE');
    expectRefusal(await get(front.port, '/get'), 'NO_WORKER');
  });

  it('leaves the refusals of a worker as they are', async () => {
    worker = await startTinyWorker(front.workerPort, (_, response) => {
      response.writeHead(503, { 'retry-after': '7', server: 'comet' }).end('{"error_code":103}');
    });
    const answer = await get(front.port, '/get');
    expect(answer).toMatchObject({ status: 503, body: '{"error_code":103}' });
    expect(answer.headers).toMatchObject({ 'retry-after': '7', server: 'comet' });
  });
});

describe('the connection limit', () => {
  const LIMIT = 1024;

  /** Parks so many polls, sees how one more is answered, and ends them all. */
  async function oneMoreThan(parking: number): Promise<Answer> {
    let parked = 0;
    worker = await startTinyWorker(front.workerPort, (request, response) => {
      if (request.url === '/more') response.end('{}');
      else parked++;
    });
    const polls = Array.from({ length: parking }, () => get(front.port, '/get').catch(() => null));
    await until(() => parked === parking, { message: `${parking} parked polls` });
    const answer = await get(front.port, '/more');
    await stopTinyWorker(worker);
    await Promise.all(polls);
    return answer;
  }

  it('does not count what comes from this machine', async () => {
    expect(await oneMoreThan(LIMIT)).toMatchObject({ status: 200 });
  });

  it('holds for everybody else', async () => {
    await front.stop();
    front = await Front.start(LIMITS, {}, (text) => text.replace('127.0.0.0/8 1;', ''));
    expectRefusal(await oneMoreThan(LIMIT), 'TOO_MANY_CONNECTIONS');
  });

  it('does not count what comes from a trusted proxy', async () => {
    await front.stop();
    const trusted = { ...LIMITS, trustedProxies: ['127.0.0.1'] };
    front = await Front.start(trusted, {}, (text) => text.replace('127.0.0.0/8 1;', ''));
    expect(await oneMoreThan(LIMIT)).toMatchObject({ status: 200 });
  });
});

describe('the logs of nginx', () => {
  it('hold no query, whatever goes wrong', async () => {
    const sign = 'c0ffee'.repeat(10);
    const headers = { referer: `https://example.org/?sign=${sign}` };
    await get(front.port, `/none?sign=${sign}`, { headers });
    await get(front.port, `/get?sign=${sign}&x=${'x'.repeat(3000)}`, { headers });
    await raw(front.port, `GET /bad?sign=${sign} HTTP/1.1\r\nHost: a b\r\n\r\n`);
    await raw(front.port, `GET /?sign=${sign} nonsense\r\n\r\n`);
    worker = await startTinyWorker(front.workerPort, (request, response) => {
      if (request.url?.startsWith('/cut')) request.socket.destroy();
      else response.end('{}');
    });
    await get(front.port, `/cut?sign=${sign}`, { headers });
    // Each process of nginx logs a request after its answer is sent: neither line need be there first.
    const written = ['"GET /none HTTP/1.1" 503', '"GET /bad HTTP/1.1" 400', '"GET /cut HTTP/1.1" 503'];
    const logs = await until(async () => {
      const text = await front.logs();
      return written.every((line) => text.includes(line)) ? text : undefined;
    });
    expect(logs).not.toContain('c0ffee');
  });
});
