import { option } from '../option.ts';
import { seconds } from '../schemas.ts';

export const POLLS = {
  'get-timeout': option({
    schema: seconds(0, 3600),
    fallback: 60,
    help: 'Seconds that /get waits when the request names no timeout',
    placeholder: 'SECONDS',
    group: 'polls',
  }),
  'get-timeout-max': option({
    schema: seconds(0, 3600),
    fallback: 300,
    help: 'Longest wait of a /get in seconds; more is clamped to it',
    placeholder: 'SECONDS',
    group: 'polls',
  }),
  'events-life': option({
    schema: seconds(1, 86_400),
    fallback: 3600,
    help: 'Longest life of an event stream or WebSocket in seconds; each lives 80 to 100 % of it, and its client comes back',
    placeholder: 'SECONDS',
    group: 'polls',
  }),
  'events-heartbeat': option({
    schema: seconds(0.05, 3600),
    fallback: 15,
    help: 'Seconds between two signs of life on an event stream or WebSocket; a client that took nothing for two of them is cut',
    placeholder: 'SECONDS',
    group: 'polls',
  }),
  'mailbox-wait-min': option({
    schema: seconds(0.05, 3600),
    fallback: 15,
    help: 'Seconds until a parked mailbox poll looks again; each next wait is twice as long',
    placeholder: 'SECONDS',
    group: 'polls',
  }),
  'mailbox-wait-max': option({
    schema: seconds(0.05, 86_400),
    fallback: 900,
    help: 'A wait that would be longer than this many seconds ends the mailbox poll with {"stop":1} instead',
    placeholder: 'SECONDS',
    group: 'polls',
  }),
  'linger-seconds': option({
    schema: seconds(0, 3600),
    fallback: 30,
    help: 'Seconds that a worker stays subscribed after the last waiter left: long polls come back',
    placeholder: 'SECONDS',
    group: 'polls',
  }),
} as const;
