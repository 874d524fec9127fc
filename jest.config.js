/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        sourceMaps: 'inline',
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
      },
    ],
  },
  // Every file starts servers of its own: more at once than two cores can serve would only make deadlines pass.
  maxWorkers: 2,
  // Modules of past test files stay in memory: 7 MB a file, and in the end tests take several times as long.
  workerIdleMemoryLimit: '300MB',
  // A busy machine may stand still for seconds, several times in a test.
  testTimeout: 60_000,
  reporters: ['default', '<rootDir>/test/support/tally-reporter.js'],
};
