import { describe, expect, it } from '@jest/globals';
import { longestWaitSeconds } from '../../src/nginx/longest-wait.ts';

describe('longestWaitSeconds', () => {
  it.each([
    ['the default rhythm, 15 + 30 + 60 + 120 + 240 + 480', 300, 15, 900, 15, 945],
    ['a rhythm whose last wait is exactly the longest allowed', 0, 15, 480, 15, 945],
    ['a rhythm that stops just before that', 0, 15, 479, 15, 465],
    ['a longer /get', 3600, 15, 900, 15, 3600],
    ['no rhythm at all', 300, 20, 10, 15, 300],
    ['fractions of a second', 0, 0.5, 1, 0.1, 1.5],
    ['an event stream that is silent for longer', 10, 0.5, 1, 600, 600],
  ])('is that of %s', (_, getTimeoutMax, mailboxWaitMin, mailboxWaitMax, eventsHeartbeat, seconds) => {
    const waits = { getTimeoutMax, mailboxWaitMin, mailboxWaitMax, eventsHeartbeat };
    expect(longestWaitSeconds(waits)).toBe(seconds);
  });
});
