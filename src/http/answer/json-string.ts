/** What JSON has in quotes as it is: ASCII without controls, quotes and backslashes. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** `text` as `JSON.stringify` writes it; of most texts there is nothing to escape, which is seen in half of its time. */
export function jsonString(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
