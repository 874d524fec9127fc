/** Slots of a Redis Cluster. */
export const SLOTS = 16_384;

/** CRC-16 (XMODEM) of each byte. */
const CRC_OF_BYTE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

/** The slot of a name: CRC-16 (XMODEM) of its hash tag, which is what stands in its first braces, or of all of it. */
export function slotOf(name: string): number {
  const open = name.indexOf('{');
  const close = open < 0 ? -1 : name.indexOf('}', open + 1);
  return crc16(close > open + 1 ? name.slice(open + 1, close) : name) % SLOTS;
}

/** Finds a text without braces for each slot, always the same one. */
export class SlotTags {
  /** Those found so far, by slot. */
  readonly #tags: string[] = new Array<string>(SLOTS).fill('');
  #tried = 0;

  /** Tries one number after the other: the first ones cost most, some milliseconds, and all of them ten times as much. */
  tagOf(slot: number): string {
    for (;;) {
      const known = this.#tags[slot];
      if (known !== '') return known ?? '';
      const tag = (this.#tried++).toString(36);
      const found = slotOf(tag);
      if (this.#tags[found] === '') this.#tags[found] = tag;
    }
  }
}

function crc16(text: string): number {
  let crc = 0;
  for (const byte of Buffer.from(text)) crc = ((crc << 8) & 0xffff) ^ (CRC_OF_BYTE[(crc >> 8) ^ byte] ?? 0);
  return crc;
}
