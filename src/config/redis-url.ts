import type { Address, Target } from '../engine/redis/target.ts';

export type ParsedRedisUrl =
  | { readonly ok: true; readonly target: Target }
  /** Completes "<place>: …"; tells nothing of what was given, which may be secret. */
  | { readonly ok: false; readonly problem: string };

const FORMS =
  'must be redis://[user:password@]host[:port][/database], rediss://… for TLS, unix://[user:password@]/path[?db=number], redis+sentinel://[user:password@]host[:port],…/master[/database] or redis+cluster://[user:password@]host[:port],…, special characters in the password percent-encoded';

const REDIS_PORT = 6379;
const SENTINEL_PORT = 26_379;
const HIGHEST_PORT = 65_535;

/** Never throws. Without spaces and quotes, so that a URL can be found, and redacted, in any text. */
export function parseRedisUrl(url: string): ParsedRedisUrl {
  const parts = /^(redis|unix)(s?)(?:\+(sentinel|cluster))?:\/\/(?:([^@]*)@)?([^@]+)$/.exec(url);
  const login = parts === null ? null : parseLogin(parts[4] ?? '');
  if (parts === null || login === null || /[\s"'\\]/.test(url)) return wrong(FORMS);
  const [, scheme, secure, kind = 'single', , rest = ''] = parts;
  if (scheme === 'unix') return secure === '' && kind === 'single' ? parseSocket(rest, login) : wrong(FORMS);
  const [hosts = '', ...path] = rest.split('/');
  const addresses = hosts
    .split(',')
    .map((host) => parseAddress(host, kind === 'sentinel' ? SENTINEL_PORT : REDIS_PORT));
  if (addresses.includes(null)) return wrong(FORMS);
  const known = { addresses: addresses as Address[], tls: secure === 's', ...login };
  if (kind === 'cluster') {
    if (path.join('') !== '')
      return wrong('must name no database: a Redis Cluster has only one, redis+cluster://host,host');
    return { ok: true, target: { kind, master: '', database: 0, ...known } };
  }
  if (kind === 'sentinel') {
    const master = path.shift() ?? '';
    if (!/^[\w.-]+$/.test(master)) {
      return wrong('must name the master after the sentinels: redis+sentinel://host,host/master[/database]');
    }
    const database = parseDatabase(path);
    return database === null ? wrong(FORMS) : { ok: true, target: { kind, master, database, ...known } };
  }
  if (addresses.length > 1) {
    return wrong(
      'must be one host, or say what the hosts are: redis+sentinel://host,host/master, redis+cluster://host,host',
    );
  }
  const database = parseDatabase(path);
  return database === null ? wrong(FORMS) : { ok: true, target: { kind: 'single', master: '', database, ...known } };
}

interface Login {
  readonly username: string;
  readonly password: string;
}

function wrong(problem: string): ParsedRedisUrl {
  return { ok: false, problem };
}

function parseLogin(text: string): Login | null {
  // A slash or a comma here would more likely end the hosts.
  if (/[/,?#]/.test(text)) return null;
  const colon = text.indexOf(':');
  try {
    const username = decodeURIComponent(colon < 0 ? text : text.slice(0, colon));
    return { username, password: colon < 0 ? '' : decodeURIComponent(text.slice(colon + 1)) };
  } catch {
    return null;
  }
}

function parseSocket(rest: string, login: Login): ParsedRedisUrl {
  const parts = /^(\/[^?#]+)(?:\?db=(\d+))?$/.exec(rest);
  if (parts === null) return wrong(FORMS);
  const [, path = '', database = '0'] = parts;
  const addresses = [{ path }];
  return {
    ok: true,
    target: { kind: 'single', addresses, master: '', tls: false, database: Number(database), ...login },
  };
}

function parseAddress(text: string, fallback: number): Address | null {
  const parts = /^(\[[\da-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/i.exec(text);
  if (parts === null) return null;
  const port = parts[2] === undefined ? fallback : Number(parts[2]);
  if (port < 1 || port > HIGHEST_PORT) return null;
  return { host: (parts[1] ?? '').replace(/^\[(.*)\]$/, '$1'), port };
}

function parseDatabase(path: readonly string[]): number | null {
  const [database = '', ...more] = path;
  return more.length === 0 && /^\d{0,9}$/.test(database) ? Number(database) : null;
}
