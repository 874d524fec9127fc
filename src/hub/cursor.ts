/** A position in a key: everything up to this offset, in this life of its log, was seen. */
export interface Cursor {
  readonly offset: number;
  readonly epoch: string;
}

/** Before everything: what a client has that has seen nothing. */
const ZERO: Cursor = { offset: 0, epoch: '' };

const PATTERN = /^([1-9]\d{0,15})-([A-Za-z0-9_-]{1,40})$/;

/** The text that clients keep for us: `0`, or `<offset>-<epoch>`. */
export function formatCursor(offset: number, epoch: string): string {
  return offset === 0 ? '0' : `${offset}-${epoch}`;
}

/** Reads a cursor's text; `null` if no server ever gave it out. */
export function parseCursor(text: string): Cursor | null {
  if (text === '0') return ZERO;
  const match = PATTERN.exec(text);
  if (match === null) return null;
  const offset = Number(match[1]);
  return Number.isSafeInteger(offset) ? { offset, epoch: match[2] as string } : null;
}
