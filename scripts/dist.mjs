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
import { dirname, join } from 'node:path';
import { run } from './run.mjs';

/** Holds the digest of the sources that `dist` was built from. */
const STAMP = join('dist', '.sources');

const BUILDERS = ['client.mjs', 'dist.mjs'].map((name) => join('scripts', name));

/** Whether `dist` was built from the sources as they are now; by content, so that no clock or checkout can fool it. */
export function isBuilt() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === digest();
}

/** Compiles `src`, makes the client of it, and copies the Lua scripts beside the code that loads them. */
export function build() {
  const sources = digest();
  // Built aside and put in place at the end: a server that runs from `dist` may start a worker at any moment.
  const next = `dist.next-${process.pid}`;
  const old = `dist.old-${process.pid}`;
  try {
    const compiler = join('node_modules', 'typescript', 'bin', 'tsc');
    run(process.execPath, [compiler, '-p', 'tsconfig.json', '--outDir', next, '--noEmitOnError']);
    run(process.execPath, [join('scripts', 'client.mjs'), join(next, 'client')]);
    for (const file of filesOf('src').filter((path) => path.endsWith('.lua'))) {
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
