import { describe, expect, it } from '@jest/globals';
import { parseRedisUrl } from '../../src/config/redis-url.ts';
import { redactText } from '../../src/redact.ts';

const PLAIN = { kind: 'single', master: '', tls: false, username: '', password: '', database: 0 };

describe('redis-url', () => {
  it.each([
    ['redis://host', { ...PLAIN, addresses: [{ host: 'host', port: 6379 }] }],
    ['redis://[::1]:7000/3', { ...PLAIN, addresses: [{ host: '::1', port: 7000 }], database: 3 }],
    ['redis://:p%40s:s@h', { ...PLAIN, addresses: [{ host: 'h', port: 6379 }], password: 'p@s:s' }],
    ['rediss://me:p@h:1/', { ...PLAIN, addresses: [{ host: 'h', port: 1 }], tls: true, username: 'me', password: 'p' }],
    ['unix:///run/redis.sock', { ...PLAIN, addresses: [{ path: '/run/redis.sock' }] }],
    ['unix://:p@/run/r?db=2', { ...PLAIN, addresses: [{ path: '/run/r' }], password: 'p', database: 2 }],
    [
      'redis+sentinel://u:p@a:1,b/the.master-1/4',
      {
        ...PLAIN,
        ...{ kind: 'sentinel', master: 'the.master-1', username: 'u', password: 'p', database: 4 },
        addresses: [
          { host: 'a', port: 1 },
          { host: 'b', port: 26379 },
        ],
      },
    ],
    [
      'rediss+cluster://a:7000,b',
      {
        ...PLAIN,
        ...{ kind: 'cluster', tls: true },
        addresses: [
          { host: 'a', port: 7000 },
          { host: 'b', port: 6379 },
        ],
      },
    ],
  ])('%s', (url, target) => {
    expect(parseRedisUrl(url)).toEqual({ ok: true, target });
  });

  it.each([
    ['', 'must be redis://'],
    ['http://h', 'must be redis://'],
    ['redis://', 'must be redis://'],
    ['redis://h:0', 'must be redis://'],
    ['redis://h:65536', 'must be redis://'],
    ['redis://h/a', 'must be redis://'],
    ['redis://h/1/2', 'must be redis://'],
    ['redis://h?db=1', 'must be redis://'],
    ['redis://:%@h', 'must be redis://'],
    ['redis://:a b@h', 'must be redis://'],
    ['redis://a@b@h', 'must be redis://'],
    ['unixs:///x', 'must be redis://'],
    ['unix://host', 'must be redis://'],
    ['unix:///x?db=a', 'must be redis://'],
    ['redis+sentinel://a,/m', 'must be redis://'],
    ['redis+sentinel://a', 'must name the master'],
    ['redis+sentinel://a/', 'must name the master'],
    ['redis+cluster://a/1', 'must name no database'],
    ['redis://a,b', 'must be one host, or say what the hosts are'],
  ])('refuses %s', (url, problem) => {
    expect(parseRedisUrl(url)).toEqual({ ok: false, problem: expect.stringContaining(problem) });
  });

  it.each(['redis+sentinel', 'rediss+cluster', 'unix', 'redis'])('%s:// hides user and password', (scheme) => {
    expect(redactText(`${scheme}://me:secret@/x`)).toBe(`${scheme}://[redacted]@/x`);
  });
});
