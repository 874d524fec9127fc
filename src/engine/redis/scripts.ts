import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const SCRIPT_NAMES = ['append', 'remove', 'read', 'push', 'pop', 'give-back', 'take', 'probe'] as const;
export type ScriptName = (typeof SCRIPT_NAMES)[number];

/** A script as Redis runs it. Its file says what it is given and what it returns. */
export interface Script {
  readonly source: string;
  /** The name under which Redis keeps it. */
  readonly sha: string;
}

export type Scripts = Readonly<Record<ScriptName, Script>>;

/** Reads the scripts that lie beside this file; `sharded` ones publish within the shard of a Cluster. */
export function loadScripts(sharded: boolean): Scripts {
  return Object.fromEntries(SCRIPT_NAMES.map((name) => [name, loadScript(name, sharded)])) as Record<
    ScriptName,
    Script
  >;
}

function loadScript(name: ScriptName, sharded: boolean): Script {
  const text = readFileSync(new URL(`./scripts/${name}.lua`, import.meta.url), 'utf8');
  const source = sharded ? text.replaceAll("'PUBLISH'", "'SPUBLISH'") : text;
  return { source, sha: createHash('sha1').update(source).digest('hex') };
}
