import { modeOf } from '../config/mode.ts';
import { type Config, OPTION_NAMES } from '../config/options.ts';
import { redactText } from '../redact.ts';
import { formatAddress } from './address.ts';
import { defineCommand } from './command.ts';
import { EXIT } from './io.ts';

/** For a human before a reload, and for a service manager before a start. Connects to nothing. */
export const check = defineCommand({
  name: 'check',
  summary: 'Check the configuration without starting anything, and sum it up',
  operands: [],
  settings: {},
  shown: OPTION_NAMES,
  run({ io, loaded }) {
    io.stdout.write(
      `the configuration is right\n${summary(loaded.config)
        .map((line) => `  ${line}\n`)
        .join('')}`,
    );
    io.stdout.write(loaded.warnings.map((warning) => `warning: ${warning}\n`).join(''));
    return EXIT.done;
  },
});

function summary(config: Config): string[] {
  const { host, port, workers, adminHost, adminPort, redisUrl } = config;
  const last = port === 0 || workers === 1 ? '' : ` to ${port + workers - 1}`;
  return [
    `workers: ${workers} on ${formatAddress(host, port)}${last}, each for ${config.maxWaiters} waiting requests`,
    `admin:   ${formatAddress(adminHost, adminPort)}`,
    `engine:  ${redisUrl === '' ? 'embedded, in the memory of this machine' : redactText(redisUrl)}`,
    `mode:    ${modeOf(config).tryOut ? 'try-out' : 'with keys'}`,
    ...tokens(config),
  ];
}

function tokens({ tokenSecret, tokenKeys, tokenCookie, reading }: Config): string[] {
  if (tokenSecret.length + tokenKeys.length === 0) return [];
  const keys = `${counted(tokenSecret.length, 'secret')}, ${counted(tokenKeys.length, 'file')} of public keys`;
  const places = tokenCookie === '' ? 'Authorization' : `Authorization or the cookie ${tokenCookie}`;
  return [`tokens:  ${keys}; in ${places}; reading is ${reading === 'token' ? 'private' : 'public'}`];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
