import type { ToldEntry } from './key-stream.ts';

const BOLD = '\u001b[1m';
const DIM = '\u001b[2m';
const PLAIN = '\u001b[0m';
/** What a terminal would obey instead of showing it: whoever may write a key must not steer the terminals of others. */
const UNPRINTABLE = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** An entry for people: when it came, its key, its value, on one line. */
export function entryLine({ key, value }: ToldEntry, at: Date, isColoured: boolean): string {
  const time = at.toTimeString().slice(0, 8);
  const [dim, bold, plain] = isColoured ? [DIM, BOLD, PLAIN] : ['', '', ''];
  return `${dim}${time}${plain}  ${bold}${visible(key)}${plain}  ${visible(value)}`;
}

/** The text with an escape for each character that can't be seen. */
function visible(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const quoted = JSON.stringify(character).slice(1, -1);
    return quoted === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : quoted;
  });
}
