import { type Command, Option } from 'commander';
import { defaultText } from '../config/docs.ts';
import { variableOf } from '../config/environment.ts';
import type { Layer } from '../config/layer.ts';
import { type CamelCase, camelCase, OPTION_GROUPS, type Setting } from '../config/option.ts';
import { OPTION_NAMES, OPTIONS, type OptionName } from '../config/options.ts';
import type { Problem } from '../config/problem.ts';
import { parseValue } from '../config/value.ts';

/** Settings of one command, by the name of their flag. */
export type Settings = Readonly<Record<string, Setting>>;

export type ValuesOf<S extends Settings> = {
  readonly [N in keyof S & string as CamelCase<N>]: S[N]['fallback'];
};

/** Gives a command a flag for each of its own settings, and for each option of the server; `shown` stand in its help. */
export function addFlags(command: Command, own: Settings, shown: readonly OptionName[]): void {
  for (const [name, setting] of Object.entries(own)) {
    const off = setting.flag === true && setting.fallback === true;
    const [form] = off ? [`--no-${name}`] : formsOf(name, setting);
    const fallback = setting.fallbackText ?? (setting.flag === true ? '' : String(setting.fallback));
    command.addOption(toFlag(form ?? '', setting, fallback === '' ? '' : ` (default: ${fallback})`));
  }
  command.option('--config <PATH>', 'JSON file with options, such as {"port": 8885} (COMET_CONFIG)');
  for (const name of OPTION_NAMES) {
    const [form = '', off] = formsOf(name, OPTIONS[name]);
    const { choices } = OPTIONS[name] as Setting;
    const allowed = choices === undefined ? '' : `; one of ${choices.join(', ')}`;
    const notes = ` (${variableOf(name)}; default: ${defaultText(name)}${allowed})`;
    const group = `${OPTION_GROUPS[OPTIONS[name].group]}:`;
    command.addOption(toFlag(form, OPTIONS[name], notes).helpGroup(group).hideHelp(!shown.includes(name)));
    if (off !== undefined) command.addOption(new Option(off).hideHelp());
  }
}

/** The options of the server that the command line gave, as they were written. */
export function flagLayer(command: Command, problems: readonly Problem[]): Layer {
  const values = new Map<OptionName, unknown>();
  for (const name of OPTION_NAMES) {
    const given = givenValue(command, name);
    if (given !== undefined) values.set(name, given);
  }
  return { source: 'flag', values, problems, place: flagOf };
}

/** A command's own settings, checked; what is wrong is added to `problems`. */
export function readSettings<S extends Settings>(command: Command, own: S, problems: Problem[]): ValuesOf<S> {
  const entries = Object.entries(own).map(([name, setting]) => {
    const given = givenValue(command, name);
    if (given === undefined) return [camelCase(name), setting.fallback];
    const parsed = parseValue(setting, given);
    if (parsed.ok) return [camelCase(name), parsed.value];
    problems.push(...parsed.messages.map((message) => ({ place: flagOf(name), message })));
    return [camelCase(name), setting.fallback];
  });
  return Object.fromEntries(entries) as ValuesOf<S>;
}

function flagOf(name: string): string {
  return `--${name}`;
}

function formsOf(name: string, { placeholder, flag }: Setting): string[] {
  return flag === true ? [`--${name}`, `--no-${name}`] : [`--${name} <${placeholder}>`];
}

function toFlag(form: string, { help, list }: Setting, notes: string): Option {
  const several = list === true ? '; may be repeated' : '';
  const option = new Option(form, `${help}${several}${notes}`);
  // Joined with commas, which is how the other sources write a list in one text.
  return list === true ? option.argParser<string>((value, before) => (before ? `${before},${value}` : value)) : option;
}

function givenValue(command: Command, name: string): unknown {
  const field = camelCase(name);
  return command.getOptionValueSource(field) === 'cli' ? command.getOptionValue(field) : undefined;
}
