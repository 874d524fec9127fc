import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { isLoopback } from '../config/loopback.ts';
import type { Config } from '../config/options.ts';
import { refusal, type WholeAnswer } from '../http/admin-answer.ts';

const AUTHORITY = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/;

type Visit = Pick<IncomingMessage, 'headers'> & { readonly socket: Pick<IncomingMessage['socket'], 'remoteAddress'> };

/**
 * Why this request may not see the site; `null` when it may. The site has no password and names keys, so unless told
 * otherwise it is for this machine. Nor may a page of another site read it through the browser of somebody who reaches
 * it: neither under a host name that was made to point here (an address can't be), nor as a resource of its own. A link
 * to one of our pages is fine.
 */
export function refuseVisitor(visit: Visit, config: Pick<Config, 'adminHost' | 'dashboard'>): WholeAnswer | null {
  const { headers, socket } = visit;
  if (config.dashboard === 'off') return refusal('NOT_FOUND');
  if (config.dashboard === 'local' && !isLoopback(socket.remoteAddress ?? '')) {
    return refusal(
      'HOST_FORBIDDEN',
      'Only the machine itself may see this: come through a tunnel, or see the option dashboard.',
    );
  }
  const name = hostOf(headers.host);
  if (name !== 'localhost' && isIP(name) === 0 && name !== config.adminHost.toLowerCase()) {
    return refusal(
      'HOST_FORBIDDEN',
      'Ask for this under localhost, under an address, or under the name in admin-host.',
    );
  }
  const from = headers['sec-fetch-site'];
  const isLink = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  if (from === undefined || from === 'same-origin' || from === 'none' || isLink) return null;
  return refusal('ORIGIN_FORBIDDEN', 'Pages of other origins may not read this.');
}

/** The host of a `Host` field without its port and brackets; empty for what is none. */
export function hostOf(authority = ''): string {
  const match = AUTHORITY.exec(authority);
  return (match?.[1] ?? match?.[2] ?? '').toLowerCase();
}
