/**
 * One runner, two projects: `unit` needs nothing but the code; `world` gets one PostgreSQL and one Temporal server,
 * started once per run by test/support/global-setup.mjs (about 2 s, and only when one of its tests is to run).
 */
const base = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript', tsx: true } }, module: { type: 'es6' } },
    ],
  },
  // A log line with personal data fails the test that wrote it.
  setupFilesAfterEnv: ['<rootDir>/test/support/log-guard.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/\\.data/', '/\\.tools/', '/admin-bundle/'],
  modulePathIgnorePatterns: ['<rootDir>/.data/', '<rootDir>/.tools/', '<rootDir>/admin-bundle/'],
};

const UNIT = ['domain', 'platform', 'sandbox', 'activities/gateways'];

export default {
  // For what never comes; a busy machine takes ten times as long for what does.
  testTimeout: 180_000,
  // Jest would leave one processor to itself; much of what the longest files do is wait for a time-out of the engine.
  maxWorkers: 2,
  projects: [
    { ...base, displayName: 'unit', testMatch: UNIT.map((folder) => `<rootDir>/${folder}/**/*.test.ts`) },
    {
      ...base,
      displayName: 'world',
      testMatch: ['<rootDir>/**/*.test.ts'],
      testPathIgnorePatterns: [
        ...base.testPathIgnorePatterns,
        ...UNIT.map((folder) => `<rootDir>/${folder}/`),
      ],
      globalSetup: '<rootDir>/test/support/global-setup.mjs',
      globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
    },
  ],
};
