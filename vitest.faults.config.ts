import { defineConfig } from 'vitest/config';

// As in vitest.config.ts.
process.env.NODE_EXTRA_CA_CERTS = '';
process.env.NO_COLOR = '1';

/** What breaks on purpose: minutes, not seconds, so apart from `npm test`. */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.test.ts'],
    globalSetup: ['test/faults/total.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
  },
});
