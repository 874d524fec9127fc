const ENCODED = /[%+\u0080-\u00ff]/;
const RAW_BYTES = /[\u0080-\u00ff]/g;

/**
 * Decodes one name or value of a query string or form. `text` holds one character a byte. `null` if it is not strictly
 * percent-encoded UTF-8. Bytes above 127 may stand in a form as they are: curl sends them so.
 */
export function decodePercent(text: string): string | null {
  if (!ENCODED.test(text)) return text;
  const ascii = text.replaceAll('+', ' ').replace(RAW_BYTES, (byte) => `%${byte.charCodeAt(0).toString(16)}`);
  try {
    return decodeURIComponent(ascii);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
