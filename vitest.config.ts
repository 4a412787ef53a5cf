import { configDefaults, defineConfig } from 'vitest/config';

// Child processes of the tests must not inherit what slows or changes a Node start on the developer's machine.
process.env.NODE_EXTRA_CA_CERTS = '';
process.env.NO_COLOR = '1';
// Rules for sockets are loaded in network namespaces that tests make, never into the machine's own.
process.env.APPCFG_EGRESS ??= 'advisory';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Minutes of breaking things: npm run test:faults.
    exclude: [...configDefaults.exclude, 'test/faults/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
