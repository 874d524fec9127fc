import type { z } from 'zod';

/** In the order in which help and documentation show them, with what stands above each. */
export const OPTION_GROUPS = {
  listening: 'Listening',
  engine: 'Engine',
  security: 'Security',
  polls: 'Polls',
  limits: 'Limits',
  operations: 'Operations',
} as const;

export type OptionGroup = keyof typeof OPTION_GROUPS;

/** Something that a command can be told with a flag. */
export interface Setting<T = unknown> {
  /** Checks and converts a text (flag, environment) or a JSON value (file); its messages say what would be right. */
  readonly schema: z.ZodType<T>;
  readonly fallback: T;
  /** One sentence for `--help` and the docs: what it does, its unit. */
  readonly help: string;
  /** What stands for the value in `--help`; empty for one that takes none. */
  readonly placeholder: string;
  /** May be given several times, or separated by commas. */
  readonly list?: boolean;
  /** The flag takes no value; one that falls back to true has only its `--no-…` form. */
  readonly flag?: boolean;
  /** All values that there are, where these are a few. */
  readonly choices?: readonly T[];
  /** How the default is described where its value doesn't say it. */
  readonly fallbackText?: string;
}

/** A setting of the server: also in the environment and the file, and in the documentation. */
export interface Option<T = unknown> extends Setting<T> {
  readonly group: OptionGroup;
  /** Never shown: not in a log, an error or `print-config`. */
  readonly secret?: boolean;
  /** Refused by a reload: the sockets are bound, or the data would be elsewhere. */
  readonly fixed?: boolean;
}

/** Lets each row of the table have the type that its schema gives. */
export function option<const T>(definition: Option<T> & { readonly fallback: NoInfer<T> }): Option<T> {
  return definition;
}

/** As `option`, for a setting that only one command has. */
export function setting<const T>(definition: Setting<T> & { readonly fallback: NoInfer<T> }): Setting<T> {
  return definition;
}

export type CamelCase<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S;

/** `redis-url` as `redisUrl`. */
export function camelCase<S extends string>(name: S): CamelCase<S> {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()) as CamelCase<S>;
}
