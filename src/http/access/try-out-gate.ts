import type { IncomingMessage } from 'node:http';
import { CometError } from '../../errors.ts';
import { isLoopback } from './loopback-name.ts';

/** What a proxy adds, nginx with our own configuration included. */
const PROXY_FIELDS = [
  'x-real-ip',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-server',
  'x-scheme',
  'forwarded',
  'via',
] as const;

/**
 * Try-out mode has no secrets, so only programs on this machine may talk to it. Listening on loopback alone doesn't
 * see to that: a proxy on this machine would publish it, a page of another site can have a browser on this machine
 * post forms to it (`Origin`, `Sec-Fetch-Site`), or reach it under a name of its own (`Host`). `named`: the origins in
 * `cors-origin`, whose pages may. A page on `localhost` that asks `127.0.0.1` is of another site to its browser.
 */
export function checkTryOut(req: IncomingMessage, named: ReadonlySet<string>): void {
  const { headers } = req;
  // An nginx that was told nothing but where to pass requests adds no field, but speaks HTTP/1.0 as no client does.
  const isProxied = req.httpVersion !== '1.1' || req.url?.startsWith('/') !== true;
  if (isProxied || PROXY_FIELDS.some((name) => headers[name] !== undefined)) {
    throw new CometError('PROXY_FORBIDDEN');
  }
  if (!isLoopback(headers.host ?? '')) throw new CometError('HOST_FORBIDDEN');
  const { origin } = headers;
  if (origin !== undefined && named.has(origin)) return;
  const foreign = origin !== undefined && !isLoopbackOrigin(origin);
  if (foreign || headers['sec-fetch-site'] === 'cross-site') throw new CometError('ORIGIN_FORBIDDEN');
}

function isLoopbackOrigin(origin: string): boolean {
  const match = /^https?:\/\/(.+)$/i.exec(origin);
  return match !== null && isLoopback(match[1] as string);
}
