/** `npm run build`: compiles `src` into `dist`, from scratch. */
import { fileURLToPath } from 'node:url';
import { build } from './dist.mjs';
import { SetupError } from './run.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

try {
  build();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`build: ${error.message}`);
  process.exitCode = 1;
}
