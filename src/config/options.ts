/**
 * THE table of options. Flags (`--redis-url`), environment (`COMET_REDIS_URL`), the JSON file of `--config`, `--help`,
 * `docs/configuration.md` and every check are made from it; nothing else names an option.
 */
import { type CamelCase, camelCase } from './option.ts';
import { ENGINE } from './table/engine.ts';
import { LIMITS } from './table/limits.ts';
import { LISTENING } from './table/listening.ts';
import { OPERATIONS } from './table/operations.ts';
import { POLLS } from './table/polls.ts';
import { SECURITY } from './table/security.ts';

export const OPTIONS = { ...LISTENING, ...ENGINE, ...SECURITY, ...POLLS, ...LIMITS, ...OPERATIONS } as const;

export type OptionName = keyof typeof OPTIONS;

/** In the order of the table. */
export const OPTION_NAMES = Object.keys(OPTIONS) as readonly OptionName[];

/** The checked options, by camel-cased name (`redis-url` is `redisUrl`). Lengths of time are in seconds. */
export type Config = { readonly [N in OptionName as CamelCase<N>]: (typeof OPTIONS)[N]['fallback'] };

/** `redis-url` as the field of `Config` that holds it. */
export function fieldOf<N extends OptionName>(name: N): CamelCase<N> {
  return camelCase(name);
}

export function isOptionName(text: string): text is OptionName {
  return Object.hasOwn(OPTIONS, text);
}
