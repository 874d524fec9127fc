import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder; this file runs compiled, as `bench/dist/paths.js`. */
export const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** The folder of the benchmark's sources, where its C and Python programs are. */
export const BENCH = join(PROJECT, 'bench');

/** npm packages of peers, installed on demand. */
export const PEERS = join(BENCH, 'peers', 'node_modules');

/** What is kept of runs: JSON and the plots. */
export const RESULTS = join(BENCH, 'results');
