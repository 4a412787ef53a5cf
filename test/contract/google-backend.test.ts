import { afterAll, expect } from 'vitest';
import { openGoogleBench } from '../google-fake/google-bench.ts';
import { describeBackendContract } from './backend-contract.ts';

const violations: (readonly string[])[] = [];

describeBackendContract(
  'google',
  async () => {
    const { fake, backend, close } = await openGoogleBench();
    violations.push(fake.violations);
    return { backend, cleanup: close };
  },
  { roles: ['settings', 'instances', 'logs', 'source'], partly: ['cron', 'queues'] },
);

afterAll(() => expect(violations.flat()).toEqual([]));
