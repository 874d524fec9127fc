import { REDACTED, redactText } from '../redact.ts';
import type { LoadResult, Origin } from './load.ts';
import { fieldOf, OPTION_NAMES, OPTIONS, type OptionName } from './options.ts';

type Loaded = Extract<LoadResult, { ok: true }>;

interface Shown {
  readonly name: OptionName;
  /** Without secrets. */
  readonly value: unknown;
  readonly origin: Origin;
}

/** A line for each option: its value and where it comes from. Secrets are not in it. */
export function printConfigText(loaded: Loaded): string {
  const rows = shownOptions(loaded).map(({ name, value, origin }) => ({
    left: `${name} = ${JSON.stringify(value)}`,
    right: origin.source === 'default' ? 'default' : `${origin.source}: ${origin.place}`,
  }));
  const width = Math.max(...rows.map(({ left }) => left.length));
  return rows.map(({ left, right }) => `${left.padEnd(width)}  # ${right}\n`).join('');
}

/** The same as a JSON object of `{"value", "source", "place"}` by option name; a default has no place. */
export function printConfigJson(loaded: Loaded): string {
  const entries = shownOptions(loaded).map(({ name, value, origin }) => [
    name,
    origin.source === 'default' ? { value, source: origin.source } : { value, ...origin },
  ]);
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}

function shownOptions({ configured, sources }: Loaded): Shown[] {
  return OPTION_NAMES.map((name) => ({
    name,
    value: shownValue(name, configured[fieldOf(name)]),
    origin: sources[name],
  }));
}

/** Of a Redis URL everything but the user and password; of another secret only how many there are. */
function shownValue(name: OptionName, value: unknown): unknown {
  if (name === 'redis-url') return redactText(String(value));
  if (OPTIONS[name].secret !== true) return value;
  return Array.isArray(value) ? value.map(() => REDACTED) : REDACTED;
}
