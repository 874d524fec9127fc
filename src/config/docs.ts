import { variableOf } from './environment.ts';
import { OPTION_GROUPS, type Option, type OptionGroup } from './option.ts';
import { OPTION_NAMES, OPTIONS, type OptionName } from './options.ts';

/** How the default is told to people: in `--help` and the documentation. */
export function defaultText(name: OptionName): string {
  const { fallback, fallbackText } = OPTIONS[name];
  return fallbackText ?? String(fallback);
}

/** `--port <PORT>`, or `--pin-cpus`. */
function flagText(name: OptionName): string {
  const { placeholder } = OPTIONS[name];
  return placeholder === '' ? `--${name}` : `--${name} <${placeholder}>`;
}

const BEGIN = '<!-- options: made from the option table by "npm run docs" -->\n';
const END = '<!-- end of options -->\n';

/** The page `docs/configuration.md` with its tables as the code has them; its prose stays as it is. */
export function configurationPage(page: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error('the page has lost the marks between which the options stand');
  return `${page.slice(0, begin)}${BEGIN}\n${optionTables()}\n${page.slice(end)}`;
}

function optionTables(): string {
  const groups = Object.keys(OPTION_GROUPS) as OptionGroup[];
  return groups.map(tableOf).join('\n');
}

function tableOf(group: OptionGroup): string {
  const names = OPTION_NAMES.filter((name) => OPTIONS[name].group === group);
  const head = '| Flag | Environment | Default | Meaning |\n| --- | --- | --- | --- |\n';
  return `### ${OPTION_GROUPS[group]}\n\n${head}${names.map(rowOf).join('')}`;
}

function rowOf(name: OptionName): string {
  const { help, choices, fallbackText, list, fixed, secret } = OPTIONS[name] as Option;
  const marks = [list === true && 'several', secret === true && 'secret', fixed === true && 'fixed'];
  const notes = marks.filter((mark) => mark !== false).map((mark) => ` *${mark}*`);
  const fallback = fallbackText ?? `\`${defaultText(name)}\``;
  const allowed = choices === undefined ? '' : ` One of ${choices.map((choice) => `\`${choice}\``).join(', ')}.`;
  const meaning = `${help}.${allowed}${notes.join(',')}`;
  const cells = [`\`${flagText(name)}\``, `\`${variableOf(name)}\``, fallback, meaning];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
}
