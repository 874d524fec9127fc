import { type Cursor, parseCursor } from './cursor.ts';

/** Stands between the cursors of a composite one; no cursor holds it. */
const SEPARATOR = ',';

/** The cursors of several keys as one text, in the order of the keys. An empty one: nothing is known of that key yet. */
export function formatCursors(cursors: readonly string[]): string {
  return cursors.join(SEPARATOR);
}

/** Reads a composite cursor of `count` keys; `null` if no server ever gave it out for so many. */
export function parseCursors(text: string, count: number): (Cursor | null)[] | null {
  const parts = text.split(SEPARATOR, count + 1);
  if (parts.length !== count) return null;
  const cursors: (Cursor | null)[] = [];
  for (const part of parts) {
    const cursor = part === '' ? null : parseCursor(part);
    if (cursor === null && part !== '') return null;
    cursors.push(cursor);
  }
  return cursors;
}
