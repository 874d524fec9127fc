/**
 * THE table of options. Flags (`--redis-url`), environment (`COMET_REDIS_URL`), the JSON file of `--config`, `--help`,
 * `docs/configuration.md` and every check are made from it; nothing else names an option.
 */
import { isIP } from 'node:net';
import { z } from 'zod';

export type OptionGroup = 'listening' | 'engine' | 'security' | 'polls' | 'limits' | 'operations';

export interface Option<T = unknown> {
  /** Checks and converts a text (flag, environment) or a JSON value (file); its messages say what would be right. */
  readonly schema: z.ZodType<T>;
  readonly fallback: T;
  /** One sentence for `--help` and the docs: what it does, its unit. */
  readonly help: string;
  /** What stands for the value in `--help`. */
  readonly placeholder: string;
  readonly group: OptionGroup;
  /** Never shown: not in a log, an error or `print-config`. */
  readonly secret?: boolean;
  /** May be given several times, or separated by commas. */
  readonly list?: boolean;
  /** Refused by a reload: the sockets are bound. */
  readonly fixed?: boolean;
  /** The flag takes no value. */
  readonly flag?: boolean;
  /** How the default is described where it depends on the machine. */
  readonly fallbackText?: string;
}

const port = z.coerce.number('must be a port number').int().min(0, 'must be 0 to 65535').max(65_535, 'must be 0 to 65535');
const seconds = (min: number, max: number) =>
  z.coerce
    .number(`must be a number of seconds from ${min} to ${max}`)
    .min(min, `must be a number of seconds from ${min} to ${max}`)
    .max(max, `must be a number of seconds from ${min} to ${max}`);
const count = (min: number, max: number) =>
  z.coerce
    .number(`must be a whole number from ${min} to ${max}`)
    .int(`must be a whole number from ${min} to ${max}`)
    .min(min, `must be a whole number from ${min} to ${max}`)
    .max(max, `must be a whole number from ${min} to ${max}`);
const host = z
  .string()
  .refine((text) => text === 'localhost' || isIP(text) !== 0, 'must be an IP address to bind, such as 127.0.0.1, 0.0.0.0 or ::');
const flag = z.union([
  z.boolean(),
  z.enum(['true', 'false', '1', '0', '']).transform((text) => text === 'true' || text === '1' || text === ''),
]);
const list = <T>(item: z.ZodType<T>) =>
  z.preprocess(
    (value) =>
      typeof value === 'string'
        ? value
            .split(',')
            .map((part) => part.trim())
            .filter((part) => part !== '')
        : value,
    z.array(item),
  ) as z.ZodType<T[]>;
const redisUrl = z.string().refine((text) => {
  if (text === '') return true;
  const url = URL.parse?.(text) ?? tryUrl(text);
  return url !== null && ['redis:', 'rediss:'].includes(url.protocol) && url.hostname !== '';
}, 'must be redis://[user:password@]host[:port][/database] or rediss://…');
const prefix = z
  .string()
  .min(1, 'must not be empty')
  .max(64, 'must be at most 64 characters')
  .regex(/^[^{}\s]*$/, 'must not hold braces or white space');
const secret = z.string().min(16, 'must be at least 16 characters, such as the output of "openssl rand -hex 32"');
const origin = z.string().refine((text) => text === '*' || tryUrl(text)?.origin === text, 'must be an origin such as https://example.org, or *');
const network = z.string().refine((text) => {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}, 'must be an IP address or a network such as 10.0.0.0/8');

export const OPTIONS = {
  host: option({ schema: host, fallback: '127.0.0.1', help: 'Address that the workers listen on; IPv6 too', placeholder: 'ADDRESS', group: 'listening', fixed: true }),
  port: option({ schema: port, fallback: 8885, help: 'Port of the first worker; the next ones follow it. 0 takes any free ports', placeholder: 'PORT', group: 'listening', fixed: true }),
  workers: option({ schema: count(0, 1024), fallback: 0, help: 'Number of workers, each on its own port; 0 is one per CPU that this process may use', placeholder: 'N', group: 'listening', fixed: true, fallbackText: 'one per CPU' }),
  backlog: option({ schema: count(1, 65_535), fallback: 4096, help: 'Connections that the kernel holds for a worker which is not ready to accept them', placeholder: 'N', group: 'listening', fixed: true }),
  'admin-host': option({ schema: host, fallback: '127.0.0.1', help: 'Address of the admin server (metrics, health)', placeholder: 'ADDRESS', group: 'listening', fixed: true }),
  'admin-port': option({ schema: port, fallback: 8880, help: 'Port of the admin server', placeholder: 'PORT', group: 'listening', fixed: true }),

  'redis-url': option({ schema: redisUrl, fallback: '', help: 'Redis to stand on, redis:// or rediss://; without it the embedded engine serves this one machine', placeholder: 'URL', group: 'engine', secret: true, fixed: true, fallbackText: 'none: embedded engine' }),
  'redis-prefix': option({ schema: prefix, fallback: 'comet:', help: 'Put before every Redis key and channel of this server but the mailboxes', placeholder: 'TEXT', group: 'engine', fixed: true }),
  'mailbox-prefix': option({ schema: prefix, fallback: 'Q/MSG', help: 'A mailbox is the Redis list of this prefix and the uid', placeholder: 'TEXT', group: 'engine', fixed: true }),
  'redis-timeout': option({ schema: seconds(0.05, 60), fallback: 2, help: 'Seconds until a Redis call that got no answer fails and its connection is replaced', placeholder: 'SECONDS', group: 'engine' }),
  'probe-interval': option({ schema: seconds(0.05, 60), fallback: 1, help: 'Seconds between two probes that each worker sends to itself through pub/sub', placeholder: 'SECONDS', group: 'engine' }),
  'probe-timeout': option({ schema: seconds(0.05, 60), fallback: 2, help: 'Seconds after which a probe that did not come back has the subscriber connection replaced', placeholder: 'SECONDS', group: 'engine' }),
  'history-size': option({ schema: count(1, 10_000), fallback: 16, help: 'Entries that a key retains, the newest included', placeholder: 'N', group: 'engine' }),
  'history-ttl': option({ schema: seconds(1, 31_536_000), fallback: 3600, help: 'Seconds that entries older than the newest are retained', placeholder: 'SECONDS', group: 'engine' }),
  'embedded-max-bytes': option({ schema: count(1 << 16, 2 ** 36), fallback: 256 * 1024 * 1024, help: 'Bytes that the embedded engine may hold', placeholder: 'BYTES', group: 'engine' }),

  'publish-key': option({ schema: list(secret), fallback: [], help: 'Keys that may publish (Authorization: Bearer …); several for rotation', placeholder: 'KEY', group: 'security', secret: true, list: true, fallbackText: 'none: publishing is closed, or try-out mode' }),
  'sign-secret': option({ schema: list(secret), fallback: [], help: 'Secrets that sign mailbox polls; the first one signs, all verify', placeholder: 'SECRET', group: 'security', secret: true, list: true, fallbackText: 'none: mailboxes are closed, or try-out mode' }),
  'sign-without-expires': option({ schema: flag, fallback: false, help: 'Accept signs without an expiry, for old clients', placeholder: '', group: 'security', flag: true }),
  'cors-origin': option({ schema: list(origin), fallback: [], help: 'Origins whose pages may read answers; * for any', placeholder: 'ORIGIN', group: 'security', list: true, fallbackText: 'none' }),
  'trusted-proxies': option({ schema: list(network), fallback: [], help: 'Proxies whose X-Real-IP and X-Forwarded-For are believed', placeholder: 'NETWORK', group: 'security', list: true, fallbackText: 'none' }),

  'get-timeout': option({ schema: seconds(0, 3600), fallback: 60, help: 'Seconds that /get waits when the request names no timeout', placeholder: 'SECONDS', group: 'polls' }),
  'get-timeout-max': option({ schema: seconds(0, 3600), fallback: 300, help: 'Longest wait of a /get; more is clamped to it', placeholder: 'SECONDS', group: 'polls' }),
  'mailbox-wait-min': option({ schema: seconds(0.05, 3600), fallback: 15, help: 'Seconds until a parked mailbox poll looks again; each next wait is twice as long', placeholder: 'SECONDS', group: 'polls' }),
  'mailbox-wait-max': option({ schema: seconds(0.05, 86_400), fallback: 900, help: 'A wait that would be longer than this many seconds ends the mailbox poll with {"stop":1} instead', placeholder: 'SECONDS', group: 'polls' }),
  'linger-seconds': option({ schema: seconds(0, 3600), fallback: 30, help: 'Seconds that a worker stays subscribed after the last waiter left: long polls come back', placeholder: 'SECONDS', group: 'polls' }),

  'max-key-bytes': option({ schema: count(1, 65_536), fallback: 512, help: 'Longest key, in bytes of UTF-8', placeholder: 'BYTES', group: 'limits' }),
  'max-uid-bytes': option({ schema: count(1, 65_536), fallback: 128, help: 'Longest uid, in bytes of UTF-8', placeholder: 'BYTES', group: 'limits' }),
  'max-value-bytes': option({ schema: count(1, 16 * 1024 * 1024), fallback: 65_536, help: 'Largest value or message, in bytes of UTF-8', placeholder: 'BYTES', group: 'limits' }),
  'max-body-bytes': option({ schema: count(1024, 64 * 1024 * 1024), fallback: 262_144, help: 'Largest request body', placeholder: 'BYTES', group: 'limits' }),
  'max-url-bytes': option({ schema: count(256, 65_536), fallback: 8192, help: 'Longest request target', placeholder: 'BYTES', group: 'limits' }),
  'max-header-bytes': option({ schema: count(1024, 262_144), fallback: 16_384, help: 'Largest request head, the request line included', placeholder: 'BYTES', group: 'limits' }),
  'max-waiters': option({ schema: count(0, 10_000_000), fallback: 0, help: 'Waiting requests a worker holds; 0 is the open-file limit less 200', placeholder: 'N', group: 'limits', fallbackText: 'open-file limit − 200' }),
  'max-waiters-per-key': option({ schema: count(1, 10_000_000), fallback: 1_000_000, help: 'Waiting requests a worker holds for one key or mailbox', placeholder: 'N', group: 'limits' }),
  'max-watched-keys': option({ schema: count(1, 10_000_000), fallback: 1_000_000, help: 'Keys and mailboxes a worker is subscribed to', placeholder: 'N', group: 'limits' }),
  'max-publishes': option({ schema: count(1, 1_000_000), fallback: 10_000, help: 'Publishes a worker has under way at once', placeholder: 'N', group: 'limits' }),

  'drain-seconds': option({ schema: seconds(0, 600), fallback: 10, help: 'Seconds over which a worker that goes away answers its waiters', placeholder: 'SECONDS', group: 'operations' }),
  'shutdown-delay': option({ schema: seconds(0, 600), fallback: 0, help: 'Seconds between /readyz turning 503 and the drain, for load balancers that poll it', placeholder: 'SECONDS', group: 'operations' }),
  'pin-cpus': option({ schema: flag, fallback: false, help: 'Bind each worker to a CPU (needs taskset)', placeholder: '', group: 'operations', flag: true }),
  'pid-file': option({ schema: z.string(), fallback: '', help: 'File that holds the process id of the primary while it runs; comet reload reads it', placeholder: 'PATH', group: 'operations', fixed: true, fallbackText: 'none' }),
  'log-level': option({ schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'must be trace, debug, info, warn, error, fatal or silent'), fallback: 'info', help: 'Least level that is logged', placeholder: 'LEVEL', group: 'operations' }),
  'log-format': option({ schema: z.enum(['auto', 'json', 'pretty'], 'must be auto, json or pretty'), fallback: 'auto', help: 'json for machines, pretty for people; auto is pretty on a terminal', placeholder: 'FORMAT', group: 'operations', fixed: true }),
} as const;

export type OptionName = keyof typeof OPTIONS;
export const OPTION_NAMES = Object.keys(OPTIONS) as readonly OptionName[];

type CamelCase<S extends string> = S extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : S;
type ValueOf<O> = O extends Option<infer T> ? T : never;

/** The checked options, by camel-cased name (`redis-url` is `redisUrl`). Lengths of time are in seconds. */
export type Config = { readonly [N in OptionName as CamelCase<N>]: ValueOf<(typeof OPTIONS)[N]> };

/** `redis-url` as the field of `Config` that holds it. */
export function fieldOf(name: OptionName): keyof Config {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()) as keyof Config;
}

function option<T>(definition: Option<T>): Option<T> {
  return definition;
}

function tryUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
