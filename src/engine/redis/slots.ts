/** Slots of a Redis Cluster. */
export const SLOTS = 16_384;

const POLYNOMIAL = 0x1021;

/** The slot of a name: CRC-16 (XMODEM) of its hash tag, which is what stands in its first braces, or of all of it. */
export function slotOf(name: string): number {
  const open = name.indexOf('{');
  const close = open < 0 ? -1 : name.indexOf('}', open + 1);
  return crc16(Buffer.from(close > open + 1 ? name.slice(open + 1, close) : name)) % SLOTS;
}

/** Finds a text without braces for each slot. */
export class SlotTags {
  /** By slot; made when it is first asked for, in some 40 ms. */
  #tags: readonly string[] | null = null;

  tagOf(slot: number): string {
    this.#tags ??= findTags();
    return this.#tags[slot] ?? '';
  }
}

function findTags(): string[] {
  const tags: string[] = new Array(SLOTS).fill('');
  for (let found = 0, number = 0; found < SLOTS; number++) {
    const tag = number.toString(36);
    const slot = slotOf(tag);
    if (tags[slot] !== '') continue;
    tags[slot] = tag;
    found++;
  }
  return tags;
}

function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ POLYNOMIAL) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc;
}
