const ENCODED = /[%+\u0080-\u00ff]/;
const RAW_BYTE = /[\u0080-\u00ff]/;
const [PLUS, SPACE, PERCENT] = [0x2b, 0x20, 0x25];
/** A mark of byte order is a character like any other. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Decodes one name or value of a query string or form. `text` holds one character a byte. `null` if it is not strictly
 * percent-encoded UTF-8. Bytes above 127 may stand in a form as they are: curl sends them so.
 */
export function decodePercent(text: string): string | null {
  if (!ENCODED.test(text)) return text;
  if (RAW_BYTE.test(text)) return decodeBytes(Buffer.from(text, 'latin1'));
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

/** In place, byte by byte: to encode what is raw first would cost eight times as much. */
function decodeBytes(bytes: Buffer): string | null {
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    let byte = bytes[at] as number;
    if (byte === PLUS) byte = SPACE;
    else if (byte === PERCENT) {
      byte = 16 * digit(bytes[at + 1]) + digit(bytes[at + 2]);
      if (Number.isNaN(byte)) return null;
      at += 2;
    }
    bytes[length++] = byte;
  }
  try {
    return UTF8.decode(bytes.subarray(0, length));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return null;
    throw error;
  }
}

/** The value of a hexadecimal digit; `NaN` for anything else. */
function digit(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : Number.NaN;
}
