import type { IncomingMessage } from 'node:http';

/**
 * Tells whether the page that sent a request is one of ours. A browser sends cookies with whatever any page has it
 * request, so one counts only for pages of this host and of the origins that are named in `cors-origin`.
 */
export class OwnPages {
  readonly #named: ReadonlySet<string>;

  /** `*` among the origins names none. */
  constructor(origins: readonly string[]) {
    this.#named = new Set(origins);
  }

  /**
   * `unknown` without a word of the browser: a page of this host by GET over plain HTTP, a foreign `<img>` there, or no
   * browser at all.
   */
  sent(req: IncomingMessage): 'own' | 'foreign' | 'unknown' {
    const { origin, host = '', 'sec-fetch-site': site } = req.headers;
    if (origin !== undefined && this.#named.has(origin)) return 'own';
    // The browser's own judgement knows the scheme too; it comes over TLS and on loopback only. `none` is the address bar.
    if (site !== undefined) return site === 'same-origin' || site === 'none' ? 'own' : 'foreign';
    if (origin === undefined) return 'unknown';
    return /^https?:\/\/(.+)$/.exec(origin)?.[1] === host.toLowerCase() ? 'own' : 'foreign';
  }
}
