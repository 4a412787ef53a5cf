/** A whole platform in a network namespace of the test's own, where it may load its rules. */
import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { hasKernelRules } from './means.ts';

describe('a platform with the rules in the kernel', () => {
  it.skipIf(!hasKernelRules)('holds python27 to them and leaves native runtimes alone', async () => {
    const script =
      'ip link set lo up && exec "$0" node_modules/vitest/vitest.mjs run test/platform/egress/inside-namespace.test.ts';
    const child = spawn('unshare', ['--net', '/bin/sh', '-c', script, process.execPath], {
      env: { ...process.env, APPCFG_TEST_NAMESPACE: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    const code = await new Promise((done) => child.once('close', done));
    expect(code, output).toBe(0);
    expect(output).toContain('2 passed');
  });
});
