import type { Logger } from 'pino';
import type { LoadResult } from '../config/load.ts';
import type { Config } from '../config/options.ts';
import { formatProblem } from '../config/problem.ts';
import type { ReloadStatus } from '../pid-file.ts';
import { fixedChanges } from './fixed-options.ts';

export interface ReloaderOptions {
  /** What the server runs with. */
  readonly config: Config;
  readonly log: Logger;
  /** Reads the configuration anew. */
  readonly load: () => LoadResult;
  /** Has every worker run with it; resolves with `null`, or with the reason why nothing was changed. */
  readonly apply: (config: Config) => Promise<string | null>;
  /** Tells whoever asked for it how the reload went. */
  readonly report: (status: ReloadStatus) => void;
}

/** Re-reads the configuration and puts it into effect, one reload at a time. What can't take effect changes nothing. */
export class Reloader {
  readonly #options: ReloaderOptions;
  #config: Config;
  #generation = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(options: ReloaderOptions) {
    this.#options = options;
    this.#config = options.config;
  }

  /** Waits for the reloads before it; each request is reported. Never rejects. */
  reload(): Promise<void> {
    this.#last = this.#last.then(() => this.#run());
    return this.#last;
  }

  async #run(): Promise<void> {
    const { log, report } = this.#options;
    const problems = await this.#attempt();
    this.#generation++;
    if (problems.length === 0) log.info({ generation: this.#generation }, 'configuration reloaded');
    else log.error({ generation: this.#generation, problems }, 'reload refused: nothing was changed');
    try {
      report({ generation: this.#generation, ok: problems.length === 0, problems });
    } catch (error) {
      log.error({ err: error }, 'reload status could not be written');
    }
  }

  async #attempt(): Promise<readonly string[]> {
    const { load, apply, log } = this.#options;
    const loaded = load();
    if (!loaded.ok) return loaded.problems.map(formatProblem);
    const fixed = fixedChanges(this.#config, loaded.config);
    if (fixed.length > 0) return fixed.map((name) => `${name}: cannot change while the server runs; restart it`);
    const failure = await apply(loaded.config);
    if (failure !== null) return [failure];
    this.#config = loaded.config;
    for (const warning of loaded.warnings) log.warn(warning);
    return [];
  }
}
