import type { OptionName } from './options.ts';
import type { Problem } from './problem.ts';

export type Source = 'flag' | 'environment' | 'file' | 'default';

/** What one source gives, as it was written: nothing is checked yet but the names. */
export interface Layer {
  readonly source: Source;
  readonly values: ReadonlyMap<OptionName, unknown>;
  /** Names that nobody knows, a file that cannot be read. */
  readonly problems: readonly Problem[];
  /** Where this source names an option. */
  place(name: OptionName): string;
}
