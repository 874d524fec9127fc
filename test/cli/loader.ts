import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadResult, loadConfig } from '../../src/config/load.ts';
import type { OptionName } from '../../src/config/options.ts';
import { formatProblem } from '../../src/config/problem.ts';

export const MACHINE = { cpus: 6, openFiles: 1200 };

/** What the sources give; `file` as its text, or as what it holds. */
export interface Given {
  readonly flags?: Readonly<Partial<Record<OptionName, unknown>>>;
  readonly env?: NodeJS.ProcessEnv;
  readonly file?: string | object;
}

/** Loads configurations, with a directory of its own for the file. */
export class Loader {
  readonly directory = mkdtempSync(join(tmpdir(), 'comet-config-'));
  readonly file = join(this.directory, 'comet.json');

  load({ flags = {}, env = {}, file }: Given = {}): LoadResult {
    const text = typeof file === 'object' ? JSON.stringify(file) : file;
    if (text !== undefined) writeFileSync(this.file, text, { mode: 0o600 });
    const values = new Map(Object.entries(flags) as [OptionName, unknown][]);
    const layer = { source: 'flag' as const, values, problems: [], place: (name: OptionName) => `--${name}` };
    return loadConfig({ flags: layer, file: text === undefined ? null : this.file, env, machine: MACHINE });
  }

  /** For sources that are right. */
  loaded(given?: Given): Extract<LoadResult, { ok: true }> {
    const result = this.load(given);
    if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
    return result;
  }

  /** What is wrong, with paths below the directory. */
  problems(given: Given): string[] {
    const result = this.load(given);
    return result.ok ? [] : result.problems.map((problem) => formatProblem(problem).replaceAll(this.directory, ''));
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}
