import { type Config, fieldOf, OPTION_NAMES, OPTIONS } from '../../src/config/options.ts';

/** Every option at its default, two workers on any free ports, and what the test says. */
export function testConfig(overrides: Partial<Config> = {}): Config {
  const defaults = Object.fromEntries(OPTION_NAMES.map((name) => [fieldOf(name), OPTIONS[name].fallback]));
  return { ...(defaults as unknown as Config), port: 0, adminPort: 0, workers: 2, drainSeconds: 0.1, ...overrides };
}
