import { readFileSync } from 'node:fs';
import { setting } from '../config/option.ts';
import type { Config } from '../config/options.ts';
import type { Problem } from '../config/problem.ts';
import { count, list, text } from '../config/schemas.ts';
import { type CometClaim, MAX_NAMES } from '../tokens/claims.ts';
import { mintToken, type SigningKey, signingKey, signingSecret } from '../tokens/mint.ts';
import { defineCommand, report } from './command.ts';
import { EXIT } from './io.ts';

const MAX_SECONDS = 10 * 366 * 86_400;
const CONTROL_CHARACTER = /\p{Cc}/u;

export const token = defineCommand({
  name: 'token',
  summary: 'Print a token (JWT), made with the first token-secret or with a private key',
  operands: [],
  settings: {
    read: names('Keys that it may read; news*, say, for all that begin so'),
    set: names('Keys that it may set and delete'),
    push: names('Uids into whose mailboxes it may push'),
    mailbox: setting({
      schema: text(),
      fallback: '',
      help: 'Uid of the mailbox that is its own',
      placeholder: 'UID',
      fallbackText: 'none',
    }),
    'expires-in': setting({
      schema: count(1, MAX_SECONDS),
      fallback: 3600,
      help: 'Seconds for which the token is good',
      placeholder: 'SECONDS',
    }),
    subject: setting({
      schema: text(),
      fallback: '',
      help: 'Whose it is (sub), for whoever reads it; the server does not',
      placeholder: 'TEXT',
      fallbackText: 'none',
    }),
    'private-key': setting({
      schema: text(),
      fallback: '',
      help: 'PEM file of the private key that signs it, in place of the token-secret',
      placeholder: 'FILE',
      fallbackText: 'none',
    }),
  },
  shown: ['token-secret', 'token-audience', 'token-issuer'],
  async run({ io, loaded: { config }, own }) {
    const problems: Problem[] = [];
    const key = own.privateKey === '' ? firstSecret(config, problems) : readKey(own.privateKey, problems);
    for (const member of ['read', 'set', 'push'] as const) checkNames(own[member], `--${member}`, problems);
    if (own.mailbox !== '') checkNames([own.mailbox], '--mailbox', problems);
    if (own.read.length + own.set.length + own.push.length + own.mailbox.length === 0) {
      problems.push({
        place: '--read',
        message: 'or --set, --push, --mailbox is needed: this token would allow nothing',
      });
    }
    if (key === null || problems.length > 0) return report(io, problems);

    const [audience = ''] = config.tokenAudience;
    const [issuer = ''] = config.tokenIssuer;
    const expires = Math.floor(Date.now() / 1000) + own.expiresIn;
    const made = await mintToken(key, { claim: claimOf(own), expires, subject: own.subject, audience, issuer });
    io.stdout.write(`${made}\n`);
    return EXIT.done;
  },
});

function names(help: string) {
  return setting<readonly string[]>({
    schema: list(text()),
    fallback: [],
    help,
    placeholder: 'NAME',
    list: true,
    fallbackText: 'none',
  });
}

/** Without what it doesn't allow: a token travels with every request. */
function claimOf({ read, set, push, mailbox }: Required<CometClaim>): CometClaim {
  return {
    ...(read.length === 0 ? {} : { read }),
    ...(set.length === 0 ? {} : { set }),
    ...(push.length === 0 ? {} : { push }),
    ...(mailbox === '' ? {} : { mailbox }),
  };
}

function firstSecret(config: Config, problems: Problem[]): SigningKey | null {
  const [secret] = config.tokenSecret;
  if (secret !== undefined) return signingSecret(secret);
  const message = 'is needed; set COMET_TOKEN_SECRET to the one of the server, or give a --private-key';
  problems.push({ place: 'token-secret', message });
  return null;
}

function readKey(file: string, problems: Problem[]): SigningKey | null {
  const pem = readOrNull(file);
  const key = pem === null ? null : signingKey(pem);
  if (key === null) {
    const message = `${file} ${pem === null ? "can't be read" : 'is no PEM file of a private key of a kind that tokens are made with'}`;
    problems.push({ place: '--private-key', message });
  }
  return key;
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function checkNames(given: readonly string[], place: string, problems: Problem[]): void {
  if (given.length > MAX_NAMES) problems.push({ place, message: `takes at most ${MAX_NAMES} names` });
  if (given.some((name) => CONTROL_CHARACTER.test(name))) {
    problems.push({ place, message: 'must not hold control characters' });
  }
}
