import { OPTION_NAMES } from '../config/options.ts';
import { defineCommand } from './command.ts';

/** Runs until it is told to end; the exit code is the primary's. */
export const start = defineCommand({
  name: 'start',
  summary: 'Start the server: a primary and its workers, until SIGTERM or SIGINT',
  operands: [],
  settings: {},
  shown: OPTION_NAMES,
  async run({ loaded, reload }) {
    // The other commands do without the server's code.
    const { runPrimary } = await import('../primary.ts');
    return runPrimary({ config: loaded.config, warnings: loaded.warnings, reload });
  },
});
