/**
 * Called by the build: `node scripts/client.mjs DIRECTORY` makes of `src/client` one module there, with its types. Twice:
 * small, for pages, and as it was written, for Node, which shows lines of it in stack traces.
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundle, minify } from '@swc/core';
import { run, SetupError } from './run.mjs';

const directory = process.argv[2] ?? '';
const compiler = join('node_modules', 'typescript', 'bin', 'tsc');
const project = join('src', 'client', 'tsconfig.json');

try {
  run(process.execPath, [compiler, '-p', project, '--outDir', directory, '--emitDeclarationOnly']);
  const { comet } = await bundle({
    entry: { comet: resolve('src', 'client', 'comet.ts') },
    target: 'browser',
    mode: 'production',
    module: {},
    options: { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } },
  });
  const { code } = await minify(comet.code, {
    module: true,
    compress: { passes: 3, ecma: 2022, keep_fargs: false, pure_getters: true, sequences: false },
    mangle: { toplevel: true },
    ecma: 2022,
  });
  writeFileSync(join(directory, 'comet.js'), comet.code);
  writeFileSync(join(directory, 'comet.min.js'), renumbered(code));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`build: ${error.message}`);
  process.exitCode = 1;
}

/** Names private members from the first letter in each class; the minifier counts through. Equal texts pack better. */
function renumbered(code) {
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const classes = code.split(/(?=\bclass \w+[^{]*\{)/).map((text) => {
    const names = [...new Set(text.match(/#[\w$]+/g))];
    return text.replace(/#[\w$]+/g, (name) => `#${letters[names.indexOf(name)]}`);
  });
  return classes.join('');
}
