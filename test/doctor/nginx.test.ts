import { describe, expect, it } from '@jest/globals';
import { bytesOf, NginxSyntaxError, parseNginx, secondsOf } from '../../src/doctor/nginx/syntax.ts';
import { renderNginx } from '../../src/nginx/render.ts';
import { optionsOf } from '../nginx/config.ts';
import { factsOf, namesOf, troublesOf } from './world.ts';

/** What `comet nginx --full` prints, with something in it replaced. */
function generated(from = '', to = ''): string {
  const text = renderNginx(factsOf().config, optionsOf());
  expect(text).toContain(from);
  return text.replace(from, to);
}

describe('an nginx configuration', () => {
  it('of ours has nothing to be mended', () => {
    expect(troublesOf({ nginx: generated() })).toEqual([]);
    const config = { host: '0.0.0.0', trustedProxies: ['10.0.0.0/8'] };
    const several = renderNginx(factsOf({ config }).config, optionsOf({ machines: ['10.0.0.11', '10.0.0.12'] }));
    expect(troublesOf({ config, nginx: several })).toEqual([]);
  });

  it.each([
    [
      'a time-out below the waits',
      'proxy_read_timeout 985s;',
      'proxy_read_timeout 900s;',
      'fail nginx-read-timeout',
      'proxy_read_timeout 985s',
    ],
    ['no time-out at all', 'proxy_read_timeout 985s;', '', 'fail nginx-read-timeout', 'it is 60s'],
    ['buffering', 'proxy_buffering off;', '', 'warn nginx-buffering', 'proxy_buffering off'],
    [
      'a cache',
      'proxy_buffering off;',
      'proxy_buffering off; proxy_cache pages;',
      'fail nginx-buffering',
      'another one',
    ],
    ['sets made twice', 'upstream error;', 'upstream error non_idempotent;', 'fail nginx-retries', 'written twice'],
    ['refusals that are passed on', 'upstream error;', 'upstream error http_503;', 'warn nginx-retries', 'http_503'],
    ['polls that are repeated', 'proxy_next_upstream error;', '', 'warn nginx-retries', 'timed out'],
    ['connections that are not kept', 'proxy_http_version 1.1;', '', 'warn nginx-keep-alive', 'local ports'],
    ['a worker left out', 'server 127.0.0.1:8886 max_fails=0;', '', 'warn nginx-ports', '8886'],
    [
      'a worker too many',
      '8886 max_fails=0;',
      '8886 max_fails=0; server 127.0.0.1:8887 max_fails=0;',
      'warn nginx-ports',
      '8887',
    ],
    ['workers that are set aside', '8885 max_fails=0', '8885', 'warn nginx-upstream', '127.0.0.1:8885 without'],
    ['connections that outlive a drain', 'keepalive_timeout 5s;', '', 'warn nginx-upstream', 'keepalive_timeout 5s'],
    ['sticky clients', 'least_conn;', 'ip_hash;', 'info nginx-upstream', 'uneven'],
    ['signs in the log', '"$request_method $uri $server_protocol"', '"$request"', 'warn nginx-access-log', 'signs'],
    ['a small body', 'client_max_body_size 262144;', 'client_max_body_size 8k;', 'warn nginx-body-size', '262144'],
    ['few connections', 'worker_connections 131072;', '', 'warn nginx-connections', '256'],
  ])('is found to have %s', (_, from, to, expected, word) => {
    const found = troublesOf({ nginx: generated(from, to) });
    expect(namesOf(found)).toEqual([expected]);
    expect(Object.values(found[0] ?? {}).join(' | ')).toContain(word);
  });

  it('inherits from the blocks around', () => {
    const nginx = generated('proxy_read_timeout 985s;', '').replace('server {', 'proxy_read_timeout 20m; server {');
    expect(troublesOf({ nginx })).toEqual([]);
  });

  it('needs waits as long as those of the server', () => {
    const config = { mailboxWaitMax: 15, getTimeoutMax: 60, getTimeout: 50 };
    const nginx = generated('proxy_read_timeout 985s;', 'proxy_read_timeout 75s;');
    expect(troublesOf({ nginx, config })).toEqual([]);
    expect(namesOf(troublesOf({ nginx }))).toEqual(['fail nginx-read-timeout']);
  });

  it('that leads elsewhere, or is none, is said to be', () => {
    const elsewhere = 'http { server { location / { proxy_pass http://127.0.0.1:9000; } } }';
    expect(namesOf(troublesOf({ nginx: elsewhere }))).toEqual(['fail nginx']);
    expect(namesOf(troublesOf({ facts: { nginx: { read: false, problem: 'no such file' } } }))).toEqual(['fail nginx']);
  });

  it('of a kind that people write by hand', () => {
    const nginx = 'events {} http { server { location / { proxy_pass http://127.0.0.1:8885; } } }';
    expect(namesOf(troublesOf({ nginx, config: { workers: 1 } }))).toEqual([
      'fail nginx-read-timeout',
      'warn nginx-buffering',
      'warn nginx-retries',
      'info nginx-upstream',
      'warn nginx-access-log',
      'warn nginx-connections',
    ]);
  });
});

describe('the syntax of nginx', () => {
  it('has words, quotes, escapes, comments, variables and blocks', () => {
    const text = `# none { ;\na 'b;{ #' "c \\" d" e\\ f \${g}h; # i\nmap $x $y { '' off; default "~^\\d{2}"; }`;
    expect(parseNginx(text)).toEqual([
      { name: 'a', args: ['b;{ #', 'c " d', 'e\\ f', `\${g}h`], block: null },
      {
        name: 'map',
        args: ['$x', '$y'],
        block: [
          { name: '', args: ['off'], block: null },
          { name: 'default', args: ['~^\\d{2}'], block: null },
        ],
      },
    ]);
  });

  it.each(['a', 'a {', 'a; }', '; a', 'a { b }'])('refuses %s', (text) => {
    expect(() => parseNginx(text)).toThrow(NginxSyntaxError);
  });

  it('knows times and sizes', () => {
    expect(['60', '90s', '1h 30m', '500ms', '1h30m', 'x', ''].map(secondsOf)).toEqual([
      60,
      90,
      5400,
      0.5,
      5400,
      null,
      null,
    ]);
    expect(['1024', '8k', '1m', '1M', '2g', 'x'].map(bytesOf)).toEqual([
      1024,
      8192,
      1048576,
      1048576,
      2147483648,
      null,
    ]);
  });
});
