import type { Setting } from './option.ts';

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly messages: readonly string[] };

const SHOWN_CHARACTERS = 60;

/** Checks and converts what was given for a setting. The messages quote it, unless it is secret. */
export function parseValue<T>(setting: Setting<T> & { readonly secret?: boolean }, given: unknown): Parsed<T> {
  const result = setting.schema.safeParse(given);
  if (result.success) return { ok: true, value: result.data };
  const messages = result.error.issues.map(({ path, message }) => {
    const index = typeof path[0] === 'number' ? path[0] : null;
    const item = index === null ? '' : `entry ${index + 1} `;
    return `${item}${message}${setting.secret === true ? '' : `, not ${quote(given, index)}`}`;
  });
  return { ok: false, messages };
}

function quote(given: unknown, index: number | null): string {
  const list = typeof given === 'string' ? given.split(',').map((part) => part.trim()) : given;
  const shown = JSON.stringify(index !== null && Array.isArray(list) ? list[index] : given) ?? 'nothing';
  return shown.length > SHOWN_CHARACTERS ? `${shown.slice(0, SHOWN_CHARACTERS)}…` : shown;
}
