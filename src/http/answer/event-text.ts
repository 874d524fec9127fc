/** The text of an event stream, block by block: https://html.spec.whatwg.org/multipage/server-sent-events.html */

import { CATALOGUE, type CometError } from '../../errors.ts';
import type { Entry } from '../../hub/entry.ts';
import { EntryRendering } from './entry-rendering.ts';

/** `X-Accel-Buffering` is for an nginx that was configured by somebody else. */
export const EVENT_STREAM_HEAD: readonly string[] = [
  'Content-Type',
  'text/event-stream',
  'Cache-Control',
  'no-store, no-transform',
  'X-Accel-Buffering',
  'no',
  'X-Content-Type-Options',
  'nosniff',
];

/** A comment: the connection lives, no event. */
export const HEARTBEAT = ':\n\n';

/** Milliseconds within which clients come back, spread: after a planned end, a broken connection, and an error. */
const PLANNED_MS = [0, 1000] as const;
const BROKEN_MS = [1000, 3000] as const;
const REFUSED_MS = [1000, 5000] as const;
/** After an error that does not go away by itself. */
const HOPELESS_MS = [30_000, 60_000] as const;

/** The first block: when to come back should the connection break, and with what. */
export function openingText(cursor: string): string {
  return `${retryText(BROKEN_MS)}${positionText(cursor)}`;
}

/** Has the client come back with this cursor; it is no event. */
export function positionText(cursor: string): string {
  return `id: ${cursor}\n\n`;
}

/** The last block of a stream that ends as planned. */
export function closingText(): string {
  return `${retryText(PLANNED_MS)}\n`;
}

/** `id` is the cursor of the stream once its client has this entry. `missed`: the first one after `missedText`. */
export function entryText(entry: Entry, id: string, missed: boolean): string {
  const data = missed ? JSON.stringify({ ...facts(entry), recovered: false }) : EntryRendering.of(entry).data;
  return `id: ${id}\nevent: entry\ndata: ${data}\n\n`;
}

/** Entries of this key may have been missed. `id` is where the client stood: cut here, it is told again. */
export function missedText(key: string, id: string): string {
  return `id: ${id}\nevent: missed\ndata: ${JSON.stringify({ key })}\n\n`;
}

/** The last block of a stream that can't go on, or not begin. */
export function refusalText(error: CometError): string {
  const { number, status, retryable } = CATALOGUE[error.code];
  const data = JSON.stringify({ error_code: number, error: error.code, message: error.message, status });
  // A page that has its cookie renewed comes back with another token.
  const comesBack = retryable || error.code === 'TOKEN_EXPIRED';
  return `${retryText(comesBack ? REFUSED_MS : HOPELESS_MS)}event: refused\ndata: ${data}\n\n`;
}

function retryText([least, most]: readonly [number, number]): string {
  return `retry: ${Math.round(least + Math.random() * (most - least))}\n`;
}

function facts({ key, value, cursor }: Entry): object {
  return { key, value, cursor };
}
