/** A name that nobody else has. Unlike `randomUUID` it works in pages without TLS too. */
export function randomName(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-');
}
