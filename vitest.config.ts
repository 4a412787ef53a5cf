import { configDefaults, defineConfig } from 'vitest/config';

// Child processes of the tests must not inherit what slows or changes a Node start on the developer's machine.
process.env.NODE_EXTRA_CA_CERTS = '';
process.env.NO_COLOR = '1';
// Rules for sockets are loaded in network namespaces that tests make, never into the machine's own.
process.env.APPCFG_EGRESS ??= 'advisory';

// Their files run one after the other in the same two processes, which load our modules once instead of for each file:
// they change nothing of the process, and hooks are set up by files of tests, never by what those import.
const together = [
  'test/{commands,contract,google,unit}/**/*.test.ts',
  'test/platform/*.test.ts',
  'test/platform/{access,apis,console,control,cron,logs,objects,queues,router,store}/**/*.test.ts',
];

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What is awaited comes when it can on a busy machine; a second is vitest's own patience.
    expect: { poll: { timeout: 20_000 } },
    // In the order of their names: what is long comes first, so that both processes have work to the end.
    projects: [
      {
        extends: true,
        test: {
          name: 'apart',
          include: ['test/**/*.test.ts'],
          // Minutes of breaking things: npm run test:faults.
          exclude: [...configDefaults.exclude, 'test/faults/**', ...together],
        },
      },
      { extends: true, test: { name: 'together', include: together, isolate: false } },
    ],
  },
});
