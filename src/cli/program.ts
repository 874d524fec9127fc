import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { check } from './check.ts';
import { type CommandFactory, settle } from './command.ts';
import { doctor } from './doctor.ts';
import { get } from './get.ts';
import { EXIT, type Io } from './io.ts';
import { nginx } from './nginx.ts';
import { plan } from './plan.ts';
import { printConfig } from './print-config.ts';
import { push } from './push.ts';
import { reload } from './reload.ts';
import { set } from './set.ts';
import { sign } from './sign.ts';
import { start } from './start.ts';
import { sysctl } from './sysctl.ts';
import { token } from './token.ts';
import { top } from './top.ts';
import { watch } from './watch.ts';

const COMMANDS: readonly CommandFactory[] = [
  start,
  check,
  doctor,
  printConfig,
  nginx,
  sysctl,
  plan,
  reload,
  sign,
  token,
  top,
  get,
  watch,
  set,
  push,
];

const AFTER_HELP = `
Every option can stand on the command line (--redis-url), in the environment (COMET_REDIS_URL) or in a JSON file
(--config); the first of these that has it counts. Keep secrets off the command line: other users see it with ps.

Exit codes: 0 done, 1 failed, 2 an option or the command line is wrong and nothing was done, 3 comet doctor
has warnings.`;

/** Runs the command line and resolves with the exit code. */
export async function main(args: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.done;
  const exit = (result: number) => {
    code = result;
  };
  const program = settle(new Command('comet'), io)
    .description('Cluster-mode comet (HTTP long-polling) server')
    .version(version(), '-V, --version', 'Show the version')
    .helpCommand('help [COMMAND]', 'Show the help of a command')
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}` })
    .addHelpText('after', AFTER_HELP)
    .showHelpAfterError('See comet --help.');
  for (const create of COMMANDS) program.addCommand(create(io, exit));
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.done : EXIT.wrong;
  }
}

function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
