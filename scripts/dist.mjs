import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { run } from './run.mjs';

/** Holds the digest of the sources that `dist` was built from. */
const STAMP = join('dist', '.sources');

const BUILDERS = ['client.mjs', 'dist.mjs'].map((name) => join('scripts', name));

/** Whether `dist` was built from the sources as they are now; by content, so that no clock or checkout can fool it. */
export function isBuilt() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === digest();
}

/** Projects of their own under `src`: what runs in browsers. Each is compiled into the same folder. */
const BROWSER_PROJECTS = [join('src', 'dashboard', 'browser', 'tsconfig.json')];

/** What is not compiled, but copied beside the code that loads it. */
const COPIED = ['.lua', '.html', '.css', '.svg'];

/** Compiles `src`, makes the client of it, and copies Lua scripts and pages. */
export function build() {
  const sources = digest();
  // Built aside and put in place at the end: a server that runs from `dist` may start a worker at any moment.
  const next = `dist.next-${process.pid}`;
  const old = `dist.old-${process.pid}`;
  try {
    const compiler = join('node_modules', 'typescript', 'bin', 'tsc');
    for (const project of ['tsconfig.json', ...BROWSER_PROJECTS]) {
      run(process.execPath, [compiler, '-p', project, '--outDir', next, '--noEmitOnError']);
    }
    run(process.execPath, [join('scripts', 'client.mjs'), join(next, 'client')]);
    for (const file of filesOf('src').filter((path) => COPIED.includes(extname(path)))) {
      const copy = join(next, file.slice('src/'.length));
      mkdirSync(dirname(copy), { recursive: true });
      copyFileSync(file, copy);
    }
    chmodSync(join(next, 'cli.js'), 0o755);
    writeFileSync(join(next, '.sources'), sources);
    if (existsSync('dist')) renameSync('dist', old);
    renameSync(next, 'dist');
  } finally {
    rmSync(next, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

function digest() {
  const hash = createHash('sha256');
  for (const file of [...filesOf('src'), 'tsconfig.json', 'package-lock.json', ...BUILDERS]) {
    hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function filesOf(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
