/** Takes a directory, prints whether it got it, and holds it until it is killed. Argument: directory. */
import { writeSync } from 'node:fs';
import { acquireOwnership } from '../../../../src/platform/store/single-owner.ts';

writeSync(1, 'ready\n');
try {
  await acquireOwnership(process.argv[2] ?? '');
  writeSync(1, 'mine\n');
  // Ends with the test's process, however that ends.
  process.stdin.resume();
} catch (error) {
  writeSync(1, `refused ${(error as { readonly code?: string }).code}\n`);
}
