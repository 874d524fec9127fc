import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { refusal, type WholeAnswer } from '../http/admin-answer.ts';

const AUTHORITY = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/;

/**
 * Why this request may not see the site; `null` when it may. The site has no password, so a page of another site must
 * not read it through the browser of somebody who reaches it: neither under a host name that was made to point here
 * (an address can't be), nor as a resource of its own. A link to one of our pages is fine.
 */
export function refuseVisitor(headers: IncomingHttpHeaders, adminHost: string): WholeAnswer | null {
  const name = hostOf(headers.host);
  if (name !== 'localhost' && isIP(name) === 0 && name !== adminHost.toLowerCase()) {
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
