import { option } from '../option.ts';
import { count } from '../schemas.ts';

export const LIMITS = {
  'max-key-bytes': option({
    schema: count(1, 65_536),
    fallback: 512,
    help: 'Longest key, in bytes of UTF-8',
    placeholder: 'BYTES',
    group: 'limits',
  }),
  'max-uid-bytes': option({
    schema: count(1, 65_536),
    fallback: 128,
    help: 'Longest uid, in bytes of UTF-8',
    placeholder: 'BYTES',
    group: 'limits',
  }),
  'max-value-bytes': option({
    schema: count(1, 16 * 1024 * 1024),
    fallback: 65_536,
    help: 'Largest value or message, in bytes of UTF-8',
    placeholder: 'BYTES',
    group: 'limits',
  }),
  'max-body-bytes': option({
    schema: count(1024, 64 * 1024 * 1024),
    fallback: 262_144,
    help: 'Largest request body',
    placeholder: 'BYTES',
    group: 'limits',
  }),
  'max-url-bytes': option({
    schema: count(256, 65_536),
    fallback: 8192,
    help: 'Longest request target',
    placeholder: 'BYTES',
    group: 'limits',
  }),
  'max-header-bytes': option({
    schema: count(1024, 262_144),
    fallback: 16_384,
    help: 'Largest request head, the request line included',
    placeholder: 'BYTES',
    group: 'limits',
  }),
  'max-waiters': option({
    schema: count(0, 10_000_000),
    fallback: 0,
    help: 'Waiting requests a worker holds; 0 is the open-file limit less 200',
    placeholder: 'N',
    group: 'limits',
    fallbackText: 'open-file limit − 200',
  }),
  'max-waiters-per-key': option({
    schema: count(1, 10_000_000),
    fallback: 1_000_000,
    help: 'Waiting requests a worker holds for one key or mailbox',
    placeholder: 'N',
    group: 'limits',
  }),
  'max-watched-keys': option({
    schema: count(1, 10_000_000),
    fallback: 1_000_000,
    help: 'Keys and mailboxes a worker is subscribed to',
    placeholder: 'N',
    group: 'limits',
  }),
  'max-publishes': option({
    schema: count(1, 1_000_000),
    fallback: 10_000,
    help: 'Publishes a worker has under way at once',
    placeholder: 'N',
    group: 'limits',
  }),
} as const;
