import type { Layer } from './layer.ts';
import { didYouMean } from './nearest.ts';
import { OPTION_NAMES, type OptionName } from './options.ts';
import type { Problem } from './problem.ts';

const PREFIX = 'COMET_';

/** Names the configuration file. */
export const CONFIG_VARIABLE = `${PREFIX}CONFIG`;

/** `redis-url` as `COMET_REDIS_URL`. */
export function variableOf(name: OptionName): string {
  return PREFIX + name.toUpperCase().replaceAll('-', '_');
}

/** Every variable whose name begins with `COMET_` must be known. */
export function environmentLayer(env: NodeJS.ProcessEnv): Layer {
  const names = new Map(OPTION_NAMES.map((name) => [variableOf(name), name]));
  const values = new Map<OptionName, string>();
  const problems: Problem[] = [];
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith(PREFIX) || variable === CONFIG_VARIABLE || value === undefined) continue;
    const name = names.get(variable);
    if (name !== undefined) values.set(name, value);
    else problems.push({ place: variable, message: unknownVariable(variable, [...names.keys(), CONFIG_VARIABLE]) });
  }
  return { source: 'environment', values, problems, place: variableOf };
}

function unknownVariable(variable: string, known: readonly string[]): string {
  if (/^COMET_(SERVICE_|PORT_\d+_)/.test(variable)) {
    return 'is not an option: Kubernetes sets it for a service named comet; set enableServiceLinks: false';
  }
  return `is not an option${didYouMean(variable, known)}`;
}
