/**
 * The configuration from its four sources: a flag over the environment over the file over the default. Everything that
 * is wrong is reported at once; a value is checked even where another source overrides it.
 */
import { CONFIG_VARIABLE, environmentLayer } from './environment.ts';
import { fileLayer } from './file.ts';
import type { Layer, Source } from './layer.ts';
import { type Machine, resolveMachine } from './machine.ts';
import { type Config, fieldOf, OPTION_NAMES, OPTIONS, type OptionName } from './options.ts';
import type { Problem } from './problem.ts';
import { RULES } from './rules.ts';
import { resolveTokenKeys } from './token-keys.ts';
import { parseValue } from './value.ts';
import { warningsOf } from './warnings.ts';

/** Where the value of an option comes from. */
export interface Origin {
  readonly source: Source;
  /** `--port`, `COMET_PORT`, `comet.json: "port"`; the name itself for a default. */
  readonly place: string;
}

export type Sources = Readonly<Record<OptionName, Origin>>;

export interface LoadOptions {
  /** What the command line gave; its `--config` is `file`. */
  readonly flags: Layer;
  /** Path of the configuration file; `null` leaves it to `COMET_CONFIG`. */
  readonly file: string | null;
  readonly env: NodeJS.ProcessEnv;
  readonly machine: Machine;
}

export type LoadResult =
  | {
      readonly ok: true;
      /** With the machine's own numbers for `workers` and `max-waiters`, and the texts of `token-keys`: what it runs with. */
      readonly config: Config;
      /** As it was written, 0 where it is left to the machine, the names of files: what `print-config` shows. */
      readonly configured: Config;
      readonly sources: Sources;
      /** Allowed, but an operator should know; one sentence each. */
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Never throws. Reads the file and the environment anew at each call: a reload is another call. */
export function loadConfig(options: LoadOptions): LoadResult {
  const file = options.file ?? (options.env[CONFIG_VARIABLE] || null);
  const layers = [options.flags, environmentLayer(options.env), ...(file === null ? [] : [fileLayer(file)])];
  const problems = layers.flatMap((layer) => layer.problems);
  const settled = OPTION_NAMES.map((name) => settle(name, layers));
  problems.push(...settled.flatMap((each) => each.problems));

  const configured = Object.fromEntries(settled.map(({ name, value }) => [fieldOf(name), value])) as unknown as Config;
  const sources = Object.fromEntries(settled.map(({ name, origin }) => [name, origin])) as unknown as Sources;
  const keys = resolveTokenKeys(resolveMachine(configured, options.machine));
  const { config } = keys;
  problems.push(...keys.problems.map((message) => ({ place: sources['token-keys'].place, message })));
  const wrong = new Set(settled.filter((each) => each.problems.length > 0).map(({ name }) => name));
  problems.push(...brokenRules(config, sources, wrong));
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, config, configured, sources, warnings: warningsOf(config, layers, file) };
}

/** One option: the value of the first layer that gives it, and what is wrong with it in any layer. */
function settle(name: OptionName, layers: readonly Layer[]) {
  const given = layers
    .filter(({ values }) => values.has(name))
    .map((layer) => ({
      origin: { source: layer.source, place: layer.place(name) },
      parsed: parseValue<unknown>(OPTIONS[name], layer.values.get(name)),
    }));
  const problems = given.flatMap(({ origin, parsed }): Problem[] =>
    parsed.ok ? [] : parsed.messages.map((message) => ({ place: origin.place, message })),
  );
  const first = given[0];
  const fallback: Origin = { source: 'default', place: name };
  const value = first?.parsed.ok === true ? first.parsed.value : OPTIONS[name].fallback;
  return { name, value, origin: first?.origin ?? fallback, problems };
}

function brokenRules(config: Config, sources: Sources, wrong: ReadonlySet<OptionName>): Problem[] {
  return RULES.flatMap(({ options, check }) => {
    if (options.some((name) => wrong.has(name))) return [];
    const message = check(config);
    if (message === null) return [];
    const origins = options.map((name) => sources[name]);
    // Somebody chose at least one of them: that is the place to mend.
    const chosen = origins.find(({ source }) => source !== 'default') ?? origins[0];
    return [{ place: chosen?.place ?? '', message }];
  });
}
