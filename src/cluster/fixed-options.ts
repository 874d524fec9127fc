import { isDeepStrictEqual } from 'node:util';
import { type Config, fieldOf, OPTION_NAMES, OPTIONS, type OptionName } from '../config/options.ts';

/** Those that the embedded store was built with; in redis mode the workers carry them. */
const STORE_OPTIONS: ReadonlySet<OptionName> = new Set([
  'embedded-max-bytes',
  'history-size',
  'history-ttl',
  'max-mailbox-length',
]);

/** The options that differ and that a running server can't change. */
export function fixedChanges(running: Config, wanted: Config): readonly OptionName[] {
  return OPTION_NAMES.filter((name) => {
    const isFixed = OPTIONS[name].fixed === true || (running.redisUrl === '' && STORE_OPTIONS.has(name));
    return isFixed && !isDeepStrictEqual(running[fieldOf(name)], wanted[fieldOf(name)]);
  });
}
