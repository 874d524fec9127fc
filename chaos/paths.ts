import { fileURLToPath } from 'node:url';

/** Results that are kept, one a topology and that of the rolling reloads; the page is made from them. */
export const RESULTS = fileURLToPath(new URL('results/', import.meta.url));

export const PAGE = fileURLToPath(new URL('../docs/reliability.md', import.meta.url));
