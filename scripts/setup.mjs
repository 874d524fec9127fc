/**
 * Makes `npm start`, `npm test` and `npm run check` work from a fresh clone with Node and npm alone: packages, build,
 * and with `--test` the programs that the tests start. Does nothing, quickly, when all of it is there.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, isBuilt } from './dist.mjs';
import { installPackages } from './packages.mjs';
import { SetupError, say } from './run.mjs';
import { provideTools } from './tools.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

try {
  checkNode();
  installPackages();
  if (!isBuilt()) {
    say('building dist');
    build();
  }
  if (process.argv.includes('--test')) provideTools();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`setup: ${error.message}`);
  process.exitCode = 1;
}

function checkNode() {
  const wanted = JSON.parse(readFileSync('package.json', 'utf8')).engines.node;
  const [major, minor] = wanted.match(/\d+/g).map(Number);
  const [ourMajor, ourMinor] = process.versions.node.split('.').map(Number);
  if (ourMajor > major || (ourMajor === major && ourMinor >= minor)) return;
  throw new SetupError(`Node ${wanted} is needed, this is ${process.versions.node} (${process.execPath})`);
}
