/**
 * The values that a `Cookie` field has for this name. Several of one name are for the caller to judge: another host of
 * the same site may have set one of them.
 */
export function readCookies(field: string | undefined, name: string): string[] {
  if (field === undefined) return [];
  return field.split(';').flatMap((pair) => {
    const equals = pair.indexOf('=');
    return equals > 0 && pair.slice(0, equals).trim() === name ? [pair.slice(equals + 1).trim()] : [];
  });
}
