import { CATALOGUE, type ErrorCode } from '../errors.ts';
import type { Names } from './names.ts';
import { block, paragraphs, quoted } from './text.ts';

interface Refusal {
  /** Statuses that nginx itself comes to. */
  readonly statuses: readonly number[];
  readonly code: ErrorCode;
  /** nginx refuses before it has read a URL, so there is none that the log could lose. */
  readonly beforeUrl?: true;
}

/** 494 is nginx' own for a head that is too large. */
const REFUSALS: readonly Refusal[] = [
  { statuses: [413], code: 'BODY_TOO_LARGE' },
  { statuses: [414], code: 'URL_TOO_LONG', beforeUrl: true },
  { statuses: [494], code: 'HEADERS_TOO_LARGE', beforeUrl: true },
  { statuses: [429], code: 'TOO_MANY_CONNECTIONS' },
  { statuses: [500, 502, 503, 504], code: 'NO_WORKER' },
];

/** What nginx refuses by itself is said as a worker would say it; a worker's own answers pass as they are. */
export function renderRefusals(names: Names): string[] {
  return paragraphs(
    [
      '# What nginx itself refuses looks as if a worker did: JSON with an error_code. Answers of workers pass untouched.',
      ...REFUSALS.map((refusal) => errorPage(refusal, names)),
    ],
    ...REFUSALS.map((refusal) => errorLocation(refusal, names)),
  );
}

function errorPage(refusal: Refusal, names: Names): string {
  const { status } = CATALOGUE[refusal.code];
  return `error_page ${refusal.statuses.join(' ')} =${status} ${place(refusal, names)};`;
}

function errorLocation(refusal: Refusal, names: Names): string[] {
  const { status, number, message, retryable } = CATALOGUE[refusal.code];
  const body = JSON.stringify({ error_code: number, error: refusal.code, message });
  return block(refusal.beforeUrl ? `location = ${place(refusal, names)}` : `location ${place(refusal, names)}`, [
    ...(refusal.beforeUrl ? ['internal;'] : []),
    "default_type 'application/json; charset=utf-8';",
    'add_header Cache-Control no-store always;',
    'add_header X-Content-Type-Options nosniff always;',
    ...(retryable ? [`add_header Retry-After ${names.retryAfter} always;`] : []),
    `return ${status} ${quoted(body)};`,
  ]);
}

/** A named location keeps the URL for the log, but nginx takes none for a request whose URL it has not read. */
function place(refusal: Refusal, names: Names): string {
  const name = `${names.upstream}_${refusal.code.toLowerCase()}`;
  return refusal.beforeUrl ? `/${name}` : `@${name}`;
}
