import { isIPv6 } from 'node:net';

/** `127.0.0.1:8885`, `[::1]:8885`, and `any free port` for port 0. */
export function formatAddress(host: string, port: number): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port === 0 ? 'any free port' : port}`;
}

/** Where a program on this machine reaches what listens there; `null` if the system chooses the port. */
export function localUrl(host: string, port: number): string | null {
  if (port === 0) return null;
  const near = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${formatAddress(near, port)}`;
}
