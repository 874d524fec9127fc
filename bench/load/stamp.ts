import { Invalid } from '../invalid.ts';
import type { Answer } from './answer.ts';

/** Bytes of every value that is published. */
const VALUE_BYTES = 100;

const MARK = 'wake-';
const TIME_DIGITS = 14;
const SEQUENCE_DIGITS = 9;

/** What a published value says about itself. */
export interface Stamp {
  /** `performance.now()` of the load process, to the microsecond. */
  readonly sentAt: number;
  readonly sequence: number;
}

export function stampedValue({ sentAt, sequence }: Stamp): string {
  const time = String(Math.round(sentAt * 1000)).padStart(TIME_DIGITS, '0');
  return `${MARK}${time}-${String(sequence).padStart(SEQUENCE_DIGITS, '0')}-`.padEnd(VALUE_BYTES, 'x');
}

export function stampIn({ text, body }: Answer): Stamp {
  const at = text.indexOf(MARK, body);
  if (at === -1) throw new Invalid(`an answer without a value: ${text.slice(body, body + 400)}`);
  const time = at + MARK.length;
  const sequence = time + TIME_DIGITS + 1;
  return {
    sentAt: Number(text.slice(time, time + TIME_DIGITS)) / 1000,
    sequence: Number(text.slice(sequence, sequence + SEQUENCE_DIGITS)),
  };
}
