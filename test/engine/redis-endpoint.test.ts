import { describe, expect, it } from '@jest/globals';
import { ErrorReply } from 'redis';
import { redirectOf } from '../../src/engine/redis/redirect.ts';
import { refusalOf } from '../../src/engine/redis/refusals.ts';
import { parseTopology } from '../../src/engine/redis/topology.ts';

const ASKED = { host: 'asked.example', port: 6379 };

describe('where nodes of a Cluster are, as one of them tells it', () => {
  it.each([
    ['MOVED 3999 127.0.0.1:6381', { type: 'moved', to: { host: '127.0.0.1', port: 6381 } }],
    ['ASK 3999 2001:db8::1:6381', { type: 'ask', to: { host: '2001:db8::1', port: 6381 } }],
    ['MOVED 3999 :6381', { type: 'moved', to: { host: 'asked.example', port: 6381 } }],
    ['ASK 3999 ?:6381', { type: 'ask', to: { host: 'asked.example', port: 6381 } }],
    ['TRYAGAIN Multiple keys request during rehashing of slot', { type: 'again' }],
    ['CLUSTERDOWN Hash slot not served', null],
  ])('%s', (message, redirect) => {
    expect(redirectOf(refusalOf(new ErrorReply(message)), ASKED)).toEqual(redirect);
  });

  it.each([
    ['redis.example', 'redis.example'],
    [null, 'asked.example'],
    ['', 'asked.example'],
    ['?', 'asked.example'],
  ])('CLUSTER SLOTS: %s', (told, host) => {
    const { ranges } = parseTopology([[0, 16_383, [told, 6381, 'id', []]]], 'cluster_state:ok', ASKED);
    expect(ranges).toEqual([{ first: 0, last: 16_383, master: { host, port: 6381 } }]);
  });
});
