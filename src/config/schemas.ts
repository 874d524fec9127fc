/** What option values must look like. Every message completes "<place>: …" and says what would be right. */
import { isIP } from 'node:net';
import { z } from 'zod';
import type { Setting } from './option.ts';
import { parseRedisUrl } from './redis-url.ts';

const DECIMAL = /^\d+(\.\d+)?$/;

/** Texts come from flags and the environment, numbers from the file; nothing else passes for a number. */
function number(message: string, fits: (value: number) => boolean): z.ZodType<number> {
  const parse = (value: unknown) => (typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value);
  return z.preprocess(parse, z.number(message).refine(fits, message));
}

/** A port; 0 lets the system choose. */
export const port = number(
  'must be a port, 0 to 65535',
  (value) => Number.isInteger(value) && value >= 0 && value <= 65_535,
);

/** A length of time in seconds; decimals are allowed. */
export function seconds(min: number, max: number): z.ZodType<number> {
  return number(`must be a number of seconds from ${min} to ${max}`, (value) => value >= min && value <= max);
}

export function count(min: number, max: number): z.ZodType<number> {
  const fits = (value: number) => Number.isInteger(value) && value >= min && value <= max;
  return number(`must be a whole number from ${min} to ${max}`, fits);
}

const FLAG_TEXTS: Readonly<Record<string, boolean>> = { true: true, 1: true, false: false, 0: false };

export const flag: z.ZodType<boolean> = z.preprocess(
  (value) => (typeof value === 'string' ? (FLAG_TEXTS[value] ?? value) : value),
  z.boolean('must be true or false'),
);

export function text(): z.ZodType<string> {
  return z.string('must be a text');
}

/** Both parts of a setting that has a few values only: what checks them, and what help and documentation show. */
export function oneOf<const T extends string>(...choices: readonly T[]): Pick<Setting<T>, 'schema' | 'choices'> {
  return { schema: z.enum(choices, `must be ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`), choices };
}

/** A JSON array, or a text with commas between the items; an empty text is an empty list. */
export function list<T>(item: z.ZodType<T>): z.ZodType<readonly T[]> {
  const split = (value: unknown) => {
    if (typeof value !== 'string') return value;
    const parts = value.split(',').map((part) => part.trim());
    return parts.filter((part) => part !== '');
  };
  return z.preprocess(split, z.array(item, 'must be a list'));
}

export const host = rule(
  (value) => value === 'localhost' || isIP(value) !== 0,
  'must be an IP address to bind, such as 127.0.0.1, 0.0.0.0 or ::',
);

export const redisUrl: z.ZodType<string> = z.string('must be a text').superRefine((value, context) => {
  const parsed = parseRedisUrl(value);
  if (value !== '' && !parsed.ok) context.addIssue(parsed.problem);
});

export const durability = rule(
  (value) => /^(replicas=[1-9])?$/.test(value),
  'must be replicas=N with N from 1 to 9, or empty',
);

export const prefix = rule(
  (value) => /^[^{}\s]{1,64}$/.test(value),
  'must be 1 to 64 characters without braces and white space',
);

const STRONG = 'such as the output of "openssl rand -hex 32"';

export const secret = rule((value) => value.length >= 16, `must be at least 16 characters, ${STRONG}`);

/** No weaker than the weakest of the hashes that it is used with (RFC 7518, section 3.2). */
export const tokenSecret = rule((value) => Buffer.byteLength(value) >= 32, `must be at least 32 characters, ${STRONG}`);

/** RFC 6265; empty for none. */
export const cookieName = rule(
  (value) => /^[\w!#$%&'*+.^`|~-]{0,64}$/.test(value),
  'must be the name of a cookie: at most 64 letters, digits and signs such as - and _',
);

/** It travels in an `Authorization` header, so it takes only what stands there as it is. */
export const bearerKey = rule(
  (value) => /^[\x21-\x7e]{16,}$/.test(value),
  `must be at least 16 letters, digits and signs of ASCII without spaces, ${STRONG}`,
);

const ORIGIN = 'must be an origin such as https://example.org, or *';

export const origin: z.ZodType<string> = z.string(ORIGIN).superRefine((value, context) => {
  const found = parseUrl(value)?.origin;
  if (value === '*' || value === found) return;
  const isLonger = found !== undefined && value.startsWith(found);
  context.addIssue(isLonger ? `${ORIGIN}, without a path or a slash at its end` : ORIGIN);
});

export const network = rule(isNetwork, 'must be an IP address or a network such as 10.0.0.0/8');

function rule(fits: (value: string) => boolean, message: string): z.ZodType<string> {
  return z.string(message).refine(fits, message);
}

function isNetwork(value: string): boolean {
  const [address = '', bits, ...rest] = value.split('/');
  const family = isIP(address);
  if (family === 0 || address.includes('%') || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

function parseUrl(value: string): URL | null {
  try {
    return new URL(value);
  } catch {
    return null;
  }
}
