import { option } from '../option.ts';
import { bearerKey, flag, list, network, origin, secret } from '../schemas.ts';

export const SECURITY = {
  'publish-key': option({
    schema: list(bearerKey),
    fallback: [],
    help: 'Keys that may publish (Authorization: Bearer …); several for rotation',
    placeholder: 'KEY',
    group: 'security',
    secret: true,
    list: true,
    fallbackText: 'none: publishing is closed, or try-out mode',
  }),
  'sign-secret': option({
    schema: list(secret),
    fallback: [],
    help: 'Secrets that sign mailbox polls; the first one signs, all verify',
    placeholder: 'SECRET',
    group: 'security',
    secret: true,
    list: true,
    fallbackText: 'none: mailboxes are closed, or try-out mode',
  }),
  'sign-without-expires': option({
    schema: flag,
    fallback: false,
    help: 'Accept signs without an expiry, for old clients',
    placeholder: '',
    group: 'security',
    flag: true,
  }),
  'cors-origin': option({
    schema: list(origin),
    fallback: [],
    help: 'Origins whose pages may read answers; * for any',
    placeholder: 'ORIGIN',
    group: 'security',
    list: true,
    fallbackText: 'none',
  }),
  'trusted-proxies': option({
    schema: list(network),
    fallback: [],
    help: 'Proxies whose X-Real-IP and X-Forwarded-For are believed',
    placeholder: 'NETWORK',
    group: 'security',
    list: true,
    fallbackText: 'none',
  }),
} as const;
