import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { get, post, raw } from '../support/http-client.ts';
import { Front } from './front.ts';
import { startTinyWorker, stopTinyWorker } from './tiny-worker.ts';

let front: Front;
let worker: Server;
let site: string;

beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'comet site-'));
  site = join(dir, 'my site');
  await mkdir(join(site, '.git'), { recursive: true });
  const files = { 'app.js': '1', 'ü.txt': 'ü', 'favicon.ico': 'icon', 'robots.txt': 'robots', '.git/config': 'x' };
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(site, name), text)));
  await writeFile(join(dir, 'outside'), 'outside');
  // The workers of nginx run as another user.
  await chmod(dir, 0o755);
  front = await Front.start({ workers: 1 }, { static: site });
  worker = await startTinyWorker(front.workerPort, (request, response) => response.end(`worker ${request.url}`));
});

afterAll(async () => {
  await front.stop();
  await stopTinyWorker(worker);
  await rm(join(site, '..'), { recursive: true, force: true });
});

describe('the static files of nginx', () => {
  it.each([
    ['/static/app.js', '1', 'application/javascript; charset=utf-8'],
    ['/static/%C3%BC.txt', 'ü', 'text/plain; charset=utf-8'],
    ['/favicon.ico', 'icon', 'image/x-icon'],
    ['/robots.txt', 'robots', 'text/plain'],
  ])('are served: %s', async (path, body, type) => {
    const answer = await get(front.port, path);
    expect(answer).toMatchObject({ status: 200, body });
    expect(answer.headers['content-type']).toBe(type);
  });

  it('may be kept for ever when the URL names a version', async () => {
    expect((await get(front.port, '/static/app.js?v=7')).headers['cache-control']).toBe('max-age=315360000');
    expect((await get(front.port, '/static/app.js')).headers).not.toHaveProperty('cache-control');
    expect((await get(front.port, '/static/none.js?v=7')).headers).not.toHaveProperty('cache-control');
  });

  it('are what lies in the directory and nothing else', async () => {
    for (const path of ['/static/none', '/static/.git/config', '/static/', '/static/%2e%2e/outside']) {
      expect((await get(front.port, path)).body).not.toMatch(/^(x|outside)$/);
    }
    for (const path of ['/static/../outside', '/static../outside', '/static/..%2foutside']) {
      const answer = await raw(front.port, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      expect(answer).not.toMatch(/\r\n\r\noutside/);
    }
    expect((await post(front.port, '/static/app.js')).status).toBe(405);
  });

  it('hide nothing of the workers', async () => {
    expect((await get(front.port, '/?uid=1')).body).toBe('worker /?uid=1');
    expect((await get(front.port, '/statics')).body).toBe('worker /statics');
  });
});
