import { isLoopback } from './loopback.ts';
import { modeOf } from './mode.ts';
import type { Config, OptionName } from './options.ts';
import { parseRedisUrl } from './redis-url.ts';

/** What must hold between options. */
export interface Rule {
  /** Those it compares; it isn't asked while one of them is wrong by itself. */
  readonly options: readonly OptionName[];
  /** What is wrong and what would be right, or `null`. Gets the numbers of the machine. */
  check(config: Config): string | null;
}

const HIGHEST_PORT = 65_535;

export const RULES: readonly Rule[] = [
  {
    options: ['host', 'publish-key', 'sign-secret', 'token-secret', 'token-keys', 'reading'],
    check: ({ host, ...config }) =>
      modeOf(config).tryOut && !isLoopback(host)
        ? `without keys everybody who reaches ${host} could publish; set publish-key and sign-secret, or listen on 127.0.0.1`
        : null,
  },
  {
    options: ['reading', 'token-secret', 'token-keys'],
    check: (config) =>
      config.reading === 'token' && !hasTokens(config)
        ? 'nobody could have a token: give a token-secret, or token-keys'
        : null,
  },
  {
    options: ['token-cookie', 'token-secret', 'token-keys'],
    check: (config) =>
      config.tokenCookie !== '' && !hasTokens(config)
        ? 'no token could be in it: give a token-secret, or token-keys'
        : null,
  },
  {
    options: ['port', 'workers'],
    check: ({ port, workers }) =>
      lastPort(port, workers) > HIGHEST_PORT
        ? `${workers} workers from port ${port} would need ports above ${HIGHEST_PORT}; choose ${HIGHEST_PORT + 1 - workers} or lower`
        : null,
  },
  {
    options: ['admin-port', 'port', 'workers'],
    check: ({ adminPort, port, workers }) =>
      port !== 0 && adminPort >= port && adminPort <= lastPort(port, workers)
        ? `admin-port ${adminPort} is one of the workers' ports, ${port} to ${lastPort(port, workers)}; choose another`
        : null,
  },
  atMost('get-timeout', 'get-timeout-max', ({ getTimeout, getTimeoutMax }) => [getTimeout, getTimeoutMax]),
  atMost('mailbox-wait-min', 'mailbox-wait-max', ({ mailboxWaitMin, mailboxWaitMax }) => [
    mailboxWaitMin,
    mailboxWaitMax,
  ]),
  atMost('max-url-bytes', 'max-header-bytes', ({ maxUrlBytes, maxHeaderBytes }) => [maxUrlBytes, maxHeaderBytes]),
  {
    options: ['max-body-bytes', 'max-value-bytes', 'max-key-bytes'],
    check: ({ maxBodyBytes, maxValueBytes, maxKeyBytes }) =>
      maxBodyBytes < maxValueBytes + maxKeyBytes
        ? `a body of ${maxBodyBytes} bytes doesn't hold a value of ${maxValueBytes} and a key of ${maxKeyBytes}; allow bodies of ${4 * (maxValueBytes + maxKeyBytes)}, for what is escaped takes more`
        : null,
  },
  {
    options: ['embedded-max-bytes', 'max-value-bytes', 'redis-url'],
    check: ({ embeddedMaxBytes, maxValueBytes, redisUrl }) =>
      redisUrl === '' && embeddedMaxBytes < maxValueBytes
        ? `embedded-max-bytes ${embeddedMaxBytes} doesn't hold one value of max-value-bytes ${maxValueBytes}`
        : null,
  },
  {
    options: ['durability', 'redis-url'],
    check: ({ durability, redisUrl }) =>
      durability !== '' && redisUrl === '' ? 'durability needs Redis; give a redis-url' : null,
  },
  {
    options: ['redis-cert', 'redis-key'],
    check: ({ redisCert, redisKey }) =>
      (redisCert === '') === (redisKey === '') ? null : 'redis-cert and redis-key belong together; give both or none',
  },
  {
    options: ['redis-ca', 'redis-cert', 'redis-url'],
    check: ({ redisCa, redisCert, redisUrl }) => {
      const url = parseRedisUrl(redisUrl);
      return redisCa + redisCert === '' || (url.ok && url.target.tls)
        ? null
        : 'redis-ca and redis-cert are for TLS; give a redis-url that begins with rediss';
    },
  },
  {
    options: ['mailbox-prefix', 'redis-prefix'],
    check: ({ mailboxPrefix, redisPrefix }) =>
      redisPrefix.startsWith(mailboxPrefix)
        ? `mailbox-prefix ${JSON.stringify(mailboxPrefix)} begins redis-prefix ${JSON.stringify(redisPrefix)}, so a uid could name one of the server's own keys; choose another`
        : null,
  },
];

function hasTokens({ tokenSecret, tokenKeys }: Config): boolean {
  return tokenSecret.length + tokenKeys.length > 0;
}

/** The port of the last worker; `port` must not be 0. */
function lastPort(port: number, workers: number): number {
  return port + workers - 1;
}

function atMost(less: OptionName, more: OptionName, values: (config: Config) => readonly [number, number]): Rule {
  return {
    options: [less, more],
    check: (config) => {
      const [a, b] = values(config);
      return a > b ? `${less} ${a} must not be more than ${more} ${b}` : null;
    },
  };
}
