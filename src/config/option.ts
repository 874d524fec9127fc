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

export interface Option<T = unknown> {
  /** Checks and converts a text (flag, environment) or a JSON value (file); its messages say what would be right. */
  readonly schema: z.ZodType<T>;
  readonly fallback: T;
  /** One sentence for `--help` and the docs: what it does, its unit. */
  readonly help: string;
  /** What stands for the value in `--help`; empty for one that takes none. */
  readonly placeholder: string;
  readonly group: OptionGroup;
  /** Never shown: not in a log, an error or `print-config`. */
  readonly secret?: boolean;
  /** May be given several times, or separated by commas. */
  readonly list?: boolean;
  /** Refused by a reload: the sockets are bound, or the data would be elsewhere. */
  readonly fixed?: boolean;
  /** The flag takes no value; `--no-…` turns it off again. */
  readonly flag?: boolean;
  /** How the default is described where its value doesn't say it. */
  readonly fallbackText?: string;
}

/** Lets each row of the table keep the type of its value. */
export function option<T>(definition: Option<T>): Option<T> {
  return definition;
}
