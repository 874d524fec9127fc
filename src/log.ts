import { hostname } from 'node:os';
import { type DestinationStream, destination, type LevelWithSilent, type Logger, pino, stdTimeFunctions } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { REDACTED, redactText } from './redact.ts';

export interface LogOptions {
  /** Least level that is written. */
  readonly level: LevelWithSilent;
  /** `json` for machines, a line for people with `pretty`; `auto` is pretty on a terminal. */
  readonly format: 'auto' | 'json' | 'pretty';
  /** Stand in every line, such as the number of the worker. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Where lines go; stdout unless told. */
  readonly output?: DestinationStream;
}

/** Fields that hold secrets, wherever in an object they stand, to a depth of three. */
const SECRET_FIELDS = [
  'authorization',
  'sign',
  'password',
  'publishKey',
  '["publish-key"]',
  'signSecret',
  '["sign-secret"]',
  'tokenSecret',
  '["token-secret"]',
  'cookie',
  'redisUrl',
  '["redis-url"]',
] as const;
const MAX_CAUSES = 5;

/**
 * The logger of a process: constant lower-case messages, what varies in fields. Secrets are taken out by the names of
 * their fields, and every line is searched for what looks like one. A line is written before the call returns, so that
 * a crash loses none.
 */
export function createLogger(options: LogOptions): Logger {
  const output = options.output ?? destination({ dest: 1, sync: true });
  const format = isPretty(options.format) ? prettyLines() : (line: string) => line;
  return pino(
    {
      level: options.level,
      base: { pid: process.pid, hostname: hostname(), ...options.fields },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: serializeError, error: serializeError },
      redact: { paths: secretPaths(), censor: REDACTED },
    },
    { write: (line: string) => output.write(format(redactText(line))) },
  );
}

/** Whether people read stdout, not machines. */
export function isPretty(format: LogOptions['format']): boolean {
  return format === 'pretty' || (format === 'auto' && process.stdout.isTTY === true);
}

/** What a log may tell of an error: not its other properties, among which a library may have left its options. */
function serializeError(error: unknown, causes = MAX_CAUSES): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause, code, errors } = error as Error & { code?: unknown; errors?: unknown };
  return {
    type: name,
    message,
    ...(code === undefined ? {} : { code }),
    stack,
    ...(cause === undefined || causes === 0 ? {} : { cause: serializeError(cause, causes - 1) }),
    ...(Array.isArray(errors) && causes > 0 ? { errors: errors.map((each) => serializeError(each, causes - 1)) } : {}),
  };
}

function secretPaths(): string[] {
  return ['', '*', '*.*'].flatMap((above) =>
    SECRET_FIELDS.map((field) => (above === '' || field.startsWith('[') ? above + field : `${above}.${field}`)),
  );
}

function prettyLines(): (line: string) => string {
  const colorize = process.stdout.isTTY === true;
  return prettyFactory({ colorize, translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid,hostname' });
}
