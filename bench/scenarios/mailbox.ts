import { cometRedis } from '../subjects/comet.ts';
import { tornado } from '../subjects/tornado.ts';
import { cycleThenHalf } from './parts.ts';
import type { Scenario } from './scenario.ts';

export const mailbox: Scenario = {
  name: 'mailbox',
  about:
    'Push, deliver, poll again: the cycle with a mailbox a user, in Redis lists. Polls are signed where the server knows signs.',
  works: (size) => [
    {
      name: 'closed loop',
      subjects: [cometRedis, tornado],
      start: { workers: 2, mailboxes: true },
      measure: cycleThenHalf(size),
    },
  ],
};
