import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { type ClientHttp2Session, connect } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { until } from '../support/until.ts';
import { makeCertificate } from './certificate.ts';
import { Front } from './front.ts';
import { startTinyWorker, stopTinyWorker } from './tiny-worker.ts';

let dir: string;
let front: Front;
let worker: Server;
let session: ClientHttp2Session;
/** Answers the poll that is parked. */
let release: (() => void) | undefined;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'comet-tls-'));
  front = await Front.start({ workers: 1 }, { ...(await makeCertificate(dir)), http2: true });
  worker = await startTinyWorker(front.workerPort, ({ url, headers }, response) => {
    const answer = () => response.end(`${url} ${headers.host} ${headers['x-scheme']}`);
    if (url === '/get') {
      release = answer;
      return;
    }
    answer();
    release?.();
  });
  session = connect(`https://127.0.0.1:${front.port}`, { rejectUnauthorized: false });
});

afterAll(async () => {
  session.close();
  await front.stop();
  await stopTinyWorker(worker);
  await rm(dir, { recursive: true, force: true });
});

function request(path: string, method: string): Promise<string> {
  const stream = session.request({ ':path': path, ':method': method, ':authority': 'comet.example.org' });
  stream.end();
  return text(stream);
}

it('carries a poll and the set that wakes it over one HTTP/2 connection', async () => {
  const poll = request('/get', 'GET');
  await until(() => release !== undefined);
  expect(await request('/set', 'POST')).toBe('/set comet.example.org https');
  expect(await poll).toBe('/get comet.example.org https');
});
