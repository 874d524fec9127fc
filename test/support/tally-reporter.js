import { writeSync } from 'node:fs';

/** Ends the run with one line for machines: `N passed, N failed`, and `, N skipped` if any were. */
export default class TallyReporter {
  onRunComplete(_contexts, results) {
    // A file that could not be loaded has no tests to fail: it counts as one.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const tail = skipped === 0 ? '' : `, ${skipped} skipped`;
    // Jest writes its own summary after every reporter is done, and holds back what is written to `process.stdout`.
    process.once('exit', () => writeSync(1, `${results.numPassedTests} passed, ${failed} failed${tail}\n`));
  }
}
