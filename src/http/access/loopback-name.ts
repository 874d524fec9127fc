import { isIPv4 } from 'node:net';

const AUTHORITY = /^(\[[^\]]*\]|[^:]*)(?::\d*)?$/;

/** Whether a host, with or without a port, is this machine under a name that nobody else can give to it. */
export function isLoopback(authority: string): boolean {
  const host = AUTHORITY.exec(authority)?.[1]?.toLowerCase() ?? '';
  return host === 'localhost' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'));
}
