import type { Command } from 'commander';
import { type LoadResult, loadConfig } from '../config/load.ts';
import { readMachine } from '../config/machine.ts';
import type { OptionName } from '../config/options.ts';
import { formatProblem, type Problem } from '../config/problem.ts';
import { addFlags, flagLayer, readSettings, type Settings, type ValuesOf } from './flags.ts';
import { EXIT, type Io } from './io.ts';
import { LenientCommand } from './lenient-command.ts';

/** Something that a command is told by its place, not by a flag. Each is required. */
export interface Operand {
  readonly name: string;
  readonly help: string;
  /** It may be given several times: the last one only. */
  readonly several?: true;
}

export type Loaded = Extract<LoadResult, { ok: true }>;

/** One call of a command whose line and configuration are right. */
export interface Call<S extends Settings> {
  readonly io: Io;
  readonly loaded: Loaded;
  /** The command's own settings. */
  readonly own: ValuesOf<S>;
  /** As many as the command names, or more where its last one may be given several times. */
  readonly operands: readonly string[];
  /** The configuration once more: file and environment are read anew, the flags stay. */
  readonly reload: () => LoadResult;
}

export interface CommandDefinition<S extends Settings> {
  readonly name: string;
  readonly summary: string;
  readonly operands: readonly Operand[];
  readonly settings: S;
  /** Options of the server that its help shows; it takes all of them. */
  readonly shown: readonly OptionName[];
  /** What it ends with when the command line is right but the configuration is not; `EXIT.wrong` unless told. */
  readonly refused?: number;
  /** Resolves with the exit code. */
  run(call: Call<S>): number | Promise<number>;
}

/** Makes the command; what it ends with goes to `exit`. */
export type CommandFactory = (io: Io, exit: (code: number) => void) => Command;

/** A command with every option of the server and its own settings, which runs only if all of them are right. */
export function defineCommand<S extends Settings>(definition: CommandDefinition<S>): CommandFactory {
  return (io, exit) => {
    const command = new LenientCommand(definition.name);
    settle(command, io).description(definition.summary).allowExcessArguments();
    command.usage(['[options]', ...definition.operands.map(formOf)].join(' '));
    for (const operand of definition.operands) command.argument(`[${operand.name}]`, operand.help);
    addFlags(command, definition.settings, definition.shown);
    return command.action(async () => exit(await run(definition, command, io)));
  };
}

async function run<S extends Settings>(
  definition: CommandDefinition<S>,
  command: LenientCommand,
  io: Io,
): Promise<number> {
  const problems = [...command.problems];
  const operands = command.args;
  // An unknown flag leaves open which of the arguments was meant for it.
  if (problems.length === 0) problems.push(...operandProblems(definition, operands));
  const own = readSettings(command, definition.settings, problems);
  const machine = readMachine();
  const file = command.getOptionValue('config') as string | undefined;
  const flags = flagLayer(command, problems);
  const load = () => loadConfig({ flags, file: file ?? null, env: io.env, machine });
  const loaded = load();
  if (!loaded.ok) {
    report(io, loaded.problems);
    return problems.length > 0 ? EXIT.wrong : (definition.refused ?? EXIT.wrong);
  }
  return definition.run({ io, loaded, own, operands, reload: load });
}

/** Tells all problems and gives the exit code for them. */
export function report(io: Io, problems: readonly Problem[]): number {
  return reportLines(io, problems.map(formatProblem));
}

/** As `report`, for problems that are texts already. */
export function reportLines(io: Io, problems: readonly string[]): number {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  io.stderr.write(`comet: ${count} with the options; nothing was done\n`);
  for (const problem of problems) io.stderr.write(`  ${problem}\n`);
  return EXIT.wrong;
}

/** Has a command write where it is told to, and throw where commander would end the process. */
export function settle(command: Command, io: Io): Command {
  const output = {
    writeOut: (text: string) => io.stdout.write(text),
    writeErr: (text: string) => io.stderr.write(text),
    outputError: (text: string, write: (text: string) => void) => write(text.replace(/^error: /, 'comet: ')),
  };
  return command.helpOption('-h, --help', 'Show this help').exitOverride().configureOutput(output);
}

function formOf({ name, several }: Operand): string {
  return several === true ? `${name}...` : name;
}

function operandProblems(
  { name: command, operands: expected }: Pick<CommandDefinition<Settings>, 'name' | 'operands'>,
  given: readonly string[],
): Problem[] {
  const form = ['comet', command, ...expected.map(formOf)].join(' ');
  const missing = expected
    .slice(given.length)
    .map(({ name }) => ({ place: `comet ${command}`, message: `${name} is missing; write ${form}` }));
  if (given.length <= expected.length || expected.at(-1)?.several === true) return missing;
  return [{ place: `argument ${expected.length + 1}`, message: `is one too many; quote what holds spaces` }];
}
