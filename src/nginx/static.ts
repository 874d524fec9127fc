import type { Names } from './names.ts';
import { block, paragraphs, quoted } from './text.ts';

/** Types of the files that a site has; stands here so that no file of the distribution is needed. */
const TYPES: readonly (readonly [string, string])[] = [
  ['text/html', 'html htm'],
  ['text/css', 'css'],
  ['text/plain', 'txt'],
  ['text/xml', 'xml'],
  ['application/javascript', 'js mjs'],
  ['application/json', 'json map'],
  ['application/manifest+json', 'webmanifest'],
  ['application/pdf', 'pdf'],
  ['application/wasm', 'wasm'],
  ['audio/mpeg', 'mp3'],
  ['audio/ogg', 'ogg'],
  ['font/ttf', 'ttf'],
  ['font/woff', 'woff'],
  ['font/woff2', 'woff2'],
  ['image/avif', 'avif'],
  ['image/gif', 'gif'],
  ['image/jpeg', 'jpg jpeg'],
  ['image/png', 'png'],
  ['image/svg+xml', 'svg svgz'],
  ['image/webp', 'webp'],
  ['image/x-icon', 'ico'],
  ['video/mp4', 'mp4'],
  ['video/webm', 'webm'],
];

/** How long a browser may keep a static file. */
export function renderExpires(names: Names): string[] {
  return [
    '# A query in the URL of a static file (/static/app.js?v=7) names its version: it may be kept for ever.',
    ...block(`map $args ${names.expires}`, ["'' off;", 'default max;']),
  ];
}

/** The site's own files, which no worker ever sees. */
export function renderStatic(directory: string, names: Names): string[] {
  const root = directory.replace(/\/+$/, '');
  return paragraphs(
    block('location ^~ /static/', [
      `alias ${quoted(`${root}/`)};`,
      `expires ${names.expires};`,
      'add_header X-Content-Type-Options nosniff always;',
      'charset utf-8;',
      ...block(
        'types',
        TYPES.map(([type, endings]) => `${type} ${endings};`),
      ),
      '# Hidden files, such as .git, are none of the site.',
      ...block('location ~ /\\.', ['return 404;']),
    ]),
    block('location = /favicon.ico', [
      `alias ${quoted(`${root}/favicon.ico`)};`,
      ...block('types', ['image/x-icon ico;']),
    ]),
    block('location = /robots.txt', [`alias ${quoted(`${root}/robots.txt`)};`, ...block('types', ['text/plain txt;'])]),
  );
}
