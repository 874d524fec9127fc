import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { adminHeaders, type WholeAnswer } from '../http/admin-answer.ts';

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

const PAGES: Readonly<Record<string, string>> = { '/': 'dashboard.html', '/try': 'try.html' };

/** Files of the plot library, by the names under which pages ask for them. */
const PLOT_FILES: Readonly<Record<string, string>> = { 'uplot.js': 'uPlot.esm.js', 'uplot.css': 'uPlot.min.css' };

/** A file of ours: nothing that climbs, and nothing that isn't meant for a browser. */
const ASSET = /^\/assets\/([a-z-]+\.(js|css|svg))$/;

/** The files of the pages, all of them our own: they ask nobody else for anything. */
export class Pages {
  has(path: string): boolean {
    return path in PAGES || ASSET.test(path);
  }

  /** `null` if there is no such file. `connect` are further origins that the page may ask. */
  async answer(path: string, connect: readonly string[]): Promise<WholeAnswer | null> {
    const page = PAGES[path];
    if (page !== undefined) {
      const headers = { ...adminHeaders('text/html; charset=utf-8'), ...pageHeaders(connect) };
      return { status: 200, headers, body: await readFile(own(page)) };
    }
    const [, name = '', type = ''] = ASSET.exec(path) ?? [];
    const body = await contents(name);
    return body === null ? null : { status: 200, headers: adminHeaders(TYPES[type] ?? ''), body };
  }
}

/** The origin of a port under the host by which a browser came; the host was checked before. */
export function originOf(host: string, port: number): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** Scripts and styles are ours, nothing is made from text, and no other page may hold this one in a frame. */
function pageHeaders(connect: readonly string[]): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src ${["'self'", ...connect].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return {
    'content-security-policy': policy.join('; '),
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };
}

async function contents(name: string): Promise<Buffer | null> {
  const plot = PLOT_FILES[name];
  try {
    return await readFile(plot === undefined ? own(name) : new URL(plot, import.meta.resolve('uplot')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function own(name: string): URL {
  return new URL(`./browser/${name}`, import.meta.url);
}
