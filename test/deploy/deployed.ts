import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { environmentLayer } from '../../src/config/environment.ts';
import type { Layer } from '../../src/config/layer.ts';
import { type LoadResult, loadConfig } from '../../src/config/load.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Text of a file in `deploy`. */
export function deployed(path: string): Promise<string> {
  return readFile(new URL(`../../deploy/${path}`, import.meta.url), 'utf8');
}

const NO_FLAGS: Layer = { source: 'flag', values: new Map(), problems: [], place: (name) => name };

/** What the server makes of such an environment on a machine with room. */
export function loadEnvironment(env: Readonly<Record<string, string>>): LoadResult {
  return loadConfig({ flags: NO_FLAGS, file: null, env, machine: { cpus: 4, openFiles: 65_536 } });
}

/** Names of `COMET_…` variables that the server doesn't know. */
export function unknownVariables(env: Readonly<Record<string, string>>): string[] {
  return environmentLayer(env).problems.map(({ place }) => place);
}
