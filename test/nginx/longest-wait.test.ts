import { describe, expect, it } from '@jest/globals';
import { longestWaitSeconds } from '../../src/nginx/longest-wait.ts';

describe('longestWaitSeconds', () => {
  it.each([
    ['the default rhythm, 15 + 30 + 60 + 120 + 240 + 480', 300, 15, 900, 945],
    ['a rhythm whose last wait is exactly the longest allowed', 0, 15, 480, 945],
    ['a rhythm that stops just before that', 0, 15, 479, 465],
    ['a longer /get', 3600, 15, 900, 3600],
    ['no rhythm at all', 300, 20, 10, 300],
    ['fractions of a second', 0, 0.5, 1, 1.5],
  ])('is that of %s', (_, getTimeoutMax, mailboxWaitMin, mailboxWaitMax, seconds) => {
    expect(longestWaitSeconds({ getTimeoutMax, mailboxWaitMin, mailboxWaitMax })).toBe(seconds);
  });
});
