import { statSync } from 'node:fs';
import { variableOf } from './environment.ts';
import type { Layer } from './layer.ts';
import { isLoopback } from './loopback.ts';
import { modeOf } from './mode.ts';
import { type Config, OPTION_NAMES, OPTIONS, type OptionName } from './options.ts';

/** Seconds within which a silent loss of notifications is promised to be found and mended. */
const PROMISED = 5;
const OTHERS_MAY_READ = 0o004;

/** What is allowed but should be known: one sentence each, without secrets. */
export function warningsOf(config: Config, layers: readonly Layer[], file: string | null): string[] {
  const { warnings } = modeOf(config);
  return [
    ...warnings,
    ...probeWarnings(config),
    ...dashboardWarnings(config),
    ...layers.flatMap((layer) => exposures(layer, file)),
  ];
}

function probeWarnings({ redisUrl, probeInterval, probeTimeout }: Config): string[] {
  const found = probeInterval + probeTimeout;
  if (redisUrl === '' || found <= PROMISED) return [];
  return [
    `a silent loss of the Redis subscription is found only after ${found} s, probe-interval and probe-timeout together; keep them within ${PROMISED} s`,
  ];
}

function dashboardWarnings({ adminHost, dashboard }: Config): string[] {
  if (dashboard !== 'all' || isLoopback(adminHost)) return [];
  return [
    `everybody who reaches ${adminHost} sees the dashboard, which names the busiest keys and has no password; see the options dashboard and admin-host`,
  ];
}

/** Secrets that stand where other users of the machine can read them. */
function exposures(layer: Layer, file: string | null): string[] {
  const secrets = OPTION_NAMES.filter((name) => layer.values.has(name) && isSecret(name, layer.values.get(name)));
  if (layer.source === 'flag') {
    return secrets.map(
      (name) => `${layer.place(name)}: other users can read it with ps; use ${variableOf(name)} or a file`,
    );
  }
  if (layer.source === 'file' && file !== null && secrets.length > 0 && othersMayRead(file)) {
    return [`${file}: every user of this machine can read the secrets in it; chmod o= ${file}`];
  }
  return [];
}

/** The address of a Redis is none unless it has a user or a password. */
function isSecret(name: OptionName, value: unknown): boolean {
  return OPTIONS[name].secret === true && (name !== 'redis-url' || String(value).includes('@'));
}

function othersMayRead(file: string): boolean {
  return ((statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & OTHERS_MAY_READ) !== 0;
}
