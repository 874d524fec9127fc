/**
 * Elsewhere the cursor travelled in ETag and Last-Modified, which gzip and caches eat, and counted in seconds or
 * milliseconds, so that entries of one of those were skipped: slact/nchan#92, slact/nchan#499, slact/nchan#126,
 * jcuga/golongpoll#19, wandenberg/nginx-push-stream-module#268. Here an nginx stands between that compresses, takes both
 * headers out of answers and the conditions out of requests, and caches what it may.
 */
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CometProcess } from '../support/comet-process.ts';
import { freePort } from '../support/free-port.ts';
import { Nginx } from '../support/nginx.ts';
import { Deployment, setMany } from './deployment.ts';

interface Polled {
  readonly cursor: string;
  readonly recovered: boolean;
  readonly entries: readonly { readonly cursor: string; readonly value: string }[];
}

const ENTRIES = 60;
const PUBLISH_KEY = 'a-publish-key-of-the-stories';
const AUTHORIZED = { authorization: `Bearer ${PUBLISH_KEY}` };

const deployment = new Deployment();
const agent = new Agent();
let comet: CometProcess;
let nginx: Nginx;

/** Whatever the upstream lets it, it caches for an hour. */
function config(port: number): string {
  const upstream = comet.ports.map((worker) => `server 127.0.0.1:${worker};`).join(' ');
  return `events {}
http {
  access_log off;
  proxy_cache_path cache keys_zone=answers:1m;
  upstream comet { ${upstream} }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://comet;
      proxy_cache answers;
      proxy_cache_valid any 1h;
      proxy_set_header If-None-Match "";
      proxy_set_header If-Modified-Since "";
      proxy_hide_header ETag;
      proxy_hide_header Last-Modified;
      gzip on;
      gzip_min_length 1;
      gzip_proxied any;
      gzip_types application/json;
    }
  }
}`;
}

beforeAll(async () => {
  const redis = await deployment.server();
  comet = await deployment.comet({
    flags: { 'redis-url': redis.url, 'history-size': ENTRIES, 'publish-key': PUBLISH_KEY },
  });
  const port = await freePort();
  nginx = await Nginx.start(config(port), { port });
  deployment.closing(() => nginx.stop());
});

afterAll(async () => {
  agent.destroy();
  await deployment.clear();
});

/** As a browser asks: compressed, and with the conditions that it makes of what it has. */
function poll(query: string): Promise<{ headers: IncomingHttpHeaders; answer: Polled & { value: string } }> {
  const headers = {
    'accept-encoding': 'gzip',
    'if-none-match': '"60"',
    'if-modified-since': new Date().toUTCString(),
  };
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port: nginx.port, path: `/get?${query}`, headers, agent });
    outgoing.once('error', reject).once('response', (response) => {
      const unpack = (bytes: Buffer) => JSON.parse(gunzipSync(bytes).toString()) as Polled & { value: string };
      buffer(response).then((bytes) => resolve({ headers: response.headers, answer: unpack(bytes) }), reject);
    });
    outgoing.end();
  });
}

describe('through an nginx that compresses and caches', () => {
  it('a cursor stands for one entry of many that were written in the same millisecond', async () => {
    const values = Array.from({ length: ENTRIES }, (_, index) => `v${index}`);
    await setMany(
      comet.port(),
      values.map((value) => ({ key: 'burst', value })),
      AUTHORIZED,
    );
    const { headers, answer } = await poll('key=burst&after=0&all=1');
    expect([headers['content-encoding'], headers.etag, headers['last-modified']]).toEqual([
      'gzip',
      undefined,
      undefined,
    ]);
    expect(answer.entries.map(({ value }) => value)).toEqual(values);
    for (const [index, { cursor }] of answer.entries.slice(0, -1).entries()) {
      const rest = (await poll(`key=burst&after=${cursor}&all=1`)).answer;
      expect(rest.recovered).toBe(true);
      expect(rest.entries.map(({ value }) => value)).toEqual(values.slice(index + 1));
    }
  });

  it('the same poll, sent again, is answered anew', async () => {
    for (const value of ['one', 'two', 'three']) {
      await setMany(comet.port(1), [{ key: 'again', value }], AUTHORIZED);
      const { headers, answer } = await poll('key=again&fresh=1');
      expect([answer.value, headers['cache-control']]).toEqual([value, 'no-store']);
    }
  });
});
