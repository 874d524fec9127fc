import { describe, expect, it } from '@jest/globals';
import { fixedChanges } from '../../src/cluster/fixed-options.ts';
import { testConfig } from './config.ts';

describe('fixedChanges', () => {
  it('names what is bound, in the order of the table', () => {
    const wanted = testConfig({ host: '::1', port: 1, backlog: 1, maxValueBytes: 1, publishKey: ['0123456789abcdef'] });
    expect(fixedChanges(testConfig(), wanted)).toEqual(['host', 'port', 'backlog']);
  });

  it('finds nothing in equal lists', () => {
    const lists = { publishKey: ['0123456789abcdef'], trustedProxies: ['10.0.0.0/8'] };
    expect(fixedChanges(testConfig(lists), testConfig({ ...lists, trustedProxies: ['10.0.0.0/8'] }))).toEqual([]);
  });

  it('counts what the embedded store was built with, and only there', () => {
    const changed = { historySize: 1, historyTtl: 1, embeddedMaxBytes: 70_000, maxMailboxLength: 1 };
    const redis = { redisUrl: 'redis://127.0.0.1' };
    expect(fixedChanges(testConfig(), testConfig(changed))).toEqual([
      'history-size',
      'history-ttl',
      'embedded-max-bytes',
      'max-mailbox-length',
    ]);
    expect(fixedChanges(testConfig(redis), testConfig({ ...redis, ...changed }))).toEqual([]);
  });
});
