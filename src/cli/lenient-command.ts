import { Command, type ParseOptionsResult } from 'commander';
import { didYouMean } from '../config/nearest.ts';
import type { Problem } from '../config/problem.ts';

/** A command that collects what is wrong with its flags, where commander would stop at the first. */
export class LenientCommand extends Command {
  /** In the order of the command line. Without values: a mistyped flag may have been meant for a secret. */
  readonly problems: Problem[] = [];

  override parseOptions(args: string[]): ParseOptionsResult {
    const dangling = this.#dangling(args);
    const { operands, unknown } = super.parseOptions(args.slice(0, args.length - dangling.length));
    const end = unknown.indexOf('--');
    const flags = unknown.slice(0, end < 0 ? unknown.length : end).filter((arg) => arg.startsWith('-'));
    for (const flag of flags.filter((arg) => !isHelp(arg))) this.problems.push(this.#unknownFlag(flag));
    for (const flag of dangling) this.problems.push({ place: flag, message: 'needs a value' });
    return { operands, unknown: flags.filter(isHelp) };
  }

  /** Flags at the end that wait for a value: commander would throw. */
  #dangling(args: readonly string[]): readonly string[] {
    if (args.includes('--')) return [];
    const waits = (arg: string) => this.options.some(({ long, required }) => required && long === arg);
    return args.slice(args.findLastIndex((arg) => !waits(arg)) + 1);
  }

  #unknownFlag(arg: string): Problem {
    const [flag = ''] = arg.split('=');
    const known = this.options.flatMap(({ long }) => long ?? []);
    if (known.includes(flag)) return { place: flag, message: 'takes no value; --no-… turns it off' };
    return { place: flag, message: `is not an option${didYouMean(flag, known)}` };
  }
}

function isHelp(arg: string): boolean {
  return arg === '--help' || arg === '-h';
}
