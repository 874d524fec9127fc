import { type Config, fieldOf, OPTION_NAMES, OPTIONS } from '../../src/config/options.ts';
import type { NginxOptions } from '../../src/nginx/options.ts';

/** The defaults of every option, two workers, and what a test wants otherwise. */
export function configOf(changes: Partial<Config> = {}): Config {
  const defaults = Object.fromEntries(OPTION_NAMES.map((name) => [fieldOf(name), OPTIONS[name].fallback]));
  return { ...defaults, workers: 2, ...changes } as Config;
}

/** A whole nginx.conf on port 80, and what a test wants otherwise. */
export function optionsOf(changes: Partial<NginxOptions> = {}): NginxOptions {
  return { full: true, listen: '80', serverName: '_', machines: [], http2: false, ...changes };
}
