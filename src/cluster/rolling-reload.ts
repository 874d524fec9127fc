import type { Logger } from 'pino';
import type { Config } from '../config/options.ts';
import type { Slot } from './slot.ts';

/**
 * Replaces worker by worker. Resolves with `null`, or with the reason why a successor could not take over: those that
 * were replaced before it are replaced once more, by workers with the configuration as it was. A server that stops
 * meanwhile is left as it is.
 */
export async function rollingReload(
  slots: readonly Slot[],
  config: Config,
  log: Logger,
  isStopping: () => boolean,
): Promise<string | null> {
  const undo: (() => Promise<string | null>)[] = [];
  for (const [index, slot] of slots.entries()) {
    if (isStopping()) return 'the server is stopping';
    const before = slot.config;
    const failure = await slot.replace(config);
    if (failure === null) {
      undo.push(() => slot.replace(before));
      continue;
    }
    for (const takeBack of undo.reverse()) {
      const trouble = await takeBack();
      if (trouble !== null) log.error({ trouble }, 'a worker keeps the refused configuration');
    }
    return `worker ${index + 1} could not be replaced: ${failure}`;
  }
  return null;
}
