import { readFileSync } from 'node:fs';
import { parseKeys } from '../tokens/key-text.ts';
import type { Config } from './options.ts';

/** Bytes; a set of a hundred RSA keys has less. */
const MAX_FILE_BYTES = 262_144;

export interface ResolvedKeys {
  readonly config: Config;
  /** Each names a file and what is wrong with it. */
  readonly problems: readonly string[];
}

/**
 * The configuration with the texts of the files of `token-keys` in the place of their names. A worker gets the keys with
 * its configuration, so a file that changes counts from the next reload on, for all workers alike.
 */
export function resolveTokenKeys(config: Config): ResolvedKeys {
  const problems: string[] = [];
  const texts = config.tokenKeys.map((file) => {
    const text = readKeys(file);
    const parsed = text === null ? null : parseKeys(text);
    if (parsed === null) problems.push(`${file} can't be read, or is larger than ${MAX_FILE_BYTES} bytes`);
    else if (!parsed.ok) problems.push(`${file} ${parsed.problem}`);
    return text ?? '';
  });
  return { config: { ...config, tokenKeys: texts }, problems };
}

function readKeys(file: string): string | null {
  try {
    const bytes = readFileSync(file);
    return bytes.length > MAX_FILE_BYTES ? null : bytes.toString();
  } catch {
    return null;
  }
}
