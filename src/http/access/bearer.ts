const BEARER = /^bearer +(\S+) *$/i;

/** What an `Authorization: Bearer` field holds; `undefined` for any other field, or none. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return BEARER.exec(authorization ?? '')?.[1];
}
