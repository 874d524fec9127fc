#!/usr/bin/env node
import { main } from './cli/program.ts';
import { redactText } from './redact.ts';

const { argv, env, stdin, stdout, stderr } = process;

// Takes the place of the whole command line in ps, where flags would show secrets.
process.title = 'comet';

// Who reads may have had enough (`comet plan | head -1`): that changes nothing about what was done.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  stderr.write(`comet: the output cannot be written: ${error.message}\n`);
  process.exit(1);
});
// There is nowhere left to say anything.
stderr.on('error', () => {});

try {
  process.exitCode = await main(argv.slice(2), { env, stdin, stdout, stderr });
} catch (error) {
  stderr.write(
    `comet: unexpected: ${redactText(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`,
  );
  process.exitCode = 1;
}
