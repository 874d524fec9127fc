import { existsSync, readFileSync } from 'node:fs';
import { run, say } from './run.mjs';

/** Where npm writes down what it has installed, when it is done. */
const INSTALLED = 'node_modules/.package-lock.json';

/** Installs what package-lock.json says, unless exactly that is there. */
export function installPackages() {
  if (areInstalled()) return;
  say('installing packages (npm ci)');
  run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund']);
}

/** Compared by content, because a fresh checkout makes every file look new. */
function areInstalled() {
  if (!existsSync(INSTALLED)) return false;
  const installed = packagesOf(INSTALLED);
  return Object.entries(packagesOf('package-lock.json')).every(([path, { version, optional, devOptional }]) => {
    if (path === '') return true;
    const found = installed[path];
    // Optional packages are those of other platforms.
    return found === undefined ? Boolean(optional || devOptional) : found.version === version;
  });
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}
