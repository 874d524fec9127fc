/** `npm run bench:compare A B`: two result files side by side, figure by figure. */
import { comparison } from './report/comparison.ts';
import { readResults } from './report/results.ts';

const [before, after] = process.argv.slice(2);
if (before === undefined || after === undefined) {
  console.error('npm run bench:compare -- A.json B.json');
  process.exitCode = 1;
} else {
  try {
    console.log(comparison(readResults(before), readResults(after)));
  } catch (error) {
    console.error(`bench:compare: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
