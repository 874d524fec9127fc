import type { Notice } from '../engine.ts';
import type { RedisTime } from './redis-time.ts';

/**
 * Reads what `append.lua` and `remove.lua` publish: `gone <offset> <epoch>`, or `entry` and eight more words, then the
 * value. `null` for anything else: somebody else's message.
 */
export function parseNotice(text: string, time: RedisTime): Notice | null {
  if (text.startsWith('gone ')) {
    const [, offset, epoch] = text.split(' ');
    return epoch === undefined ? null : { type: 'gone', epoch, offset: Number(offset) };
  }
  if (!text.startsWith('entry ')) return null;
  const words: string[] = [];
  let at = 0;
  while (words.length < HEAD_WORDS) {
    const end = text.indexOf(' ', at);
    if (end < 0) return null;
    words.push(text.slice(at, end));
    at = end + 1;
  }
  const [, offset, epoch = '', first, ancestorOffset, ancestorEpoch = '', expiresAt, acceptedAt, hasValue] = words;
  return {
    type: 'entry',
    epoch,
    offset: Number(offset),
    first: Number(first),
    ancestor: ancestorEpoch === '-' ? null : { epoch: ancestorEpoch, offset: Number(ancestorOffset) },
    expiresAt: time.expiry(Number(expiresAt)),
    value: hasValue === '1' ? text.slice(at) : null,
    acceptedAt: time.toLocal(Number(acceptedAt) / 1000),
  };
}

const HEAD_WORDS = 9;
