import { option } from '../option.ts';
import { count, prefix, redisUrl, seconds } from '../schemas.ts';

export const ENGINE = {
  'redis-url': option({
    schema: redisUrl,
    fallback: '',
    help: 'Redis to stand on, redis:// or rediss://; without it the embedded engine serves this one machine',
    placeholder: 'URL',
    group: 'engine',
    secret: true,
    fixed: true,
    fallbackText: 'none: embedded engine',
  }),
  'redis-prefix': option({
    schema: prefix,
    fallback: 'comet:',
    help: 'Put before every Redis key and channel of this server but the mailboxes',
    placeholder: 'TEXT',
    group: 'engine',
    fixed: true,
  }),
  'mailbox-prefix': option({
    schema: prefix,
    fallback: 'Q/MSG',
    help: 'A mailbox is the Redis list of this prefix and the uid',
    placeholder: 'TEXT',
    group: 'engine',
    fixed: true,
  }),
  'redis-timeout': option({
    schema: seconds(0.05, 60),
    fallback: 2,
    help: 'Seconds until a Redis call that got no answer fails and its connection is replaced',
    placeholder: 'SECONDS',
    group: 'engine',
  }),
  'probe-interval': option({
    schema: seconds(0.05, 60),
    fallback: 1,
    help: 'Seconds between two probes that each worker sends to itself through pub/sub',
    placeholder: 'SECONDS',
    group: 'engine',
  }),
  'probe-timeout': option({
    schema: seconds(0.05, 60),
    fallback: 2,
    help: 'Seconds after which a probe that did not come back has the subscriber connection replaced',
    placeholder: 'SECONDS',
    group: 'engine',
  }),
  'history-size': option({
    schema: count(1, 10_000),
    fallback: 16,
    help: 'Entries that a key retains, the newest included',
    placeholder: 'N',
    group: 'engine',
  }),
  'history-ttl': option({
    schema: seconds(1, 31_536_000),
    fallback: 3600,
    help: 'Seconds that entries older than the newest are retained',
    placeholder: 'SECONDS',
    group: 'engine',
  }),
  'embedded-max-bytes': option({
    schema: count(1 << 16, 2 ** 36),
    fallback: 256 * 1024 * 1024,
    help: 'Bytes that the embedded engine may hold',
    placeholder: 'BYTES',
    group: 'engine',
  }),
} as const;
