/** Looks at an application of Google with each of the environments it is given as JSON, and prints what came of it. */
import { openGoogle } from '../../../src/adapters/google/open-google.ts';
import { messageOf } from '../../../src/errors.ts';
import { systemClock } from '../../../src/support/clock.ts';

const environments = JSON.parse(process.argv[2] ?? '[]') as readonly Readonly<Record<string, string>>[];
const results: string[] = [];
for (const environment of environments) {
  const before = { ...process.env };
  Object.assign(process.env, environment);
  const backend = openGoogle({ environment: process.env, createdBy: 'jane', clock: systemClock });
  results.push(
    await backend.describe('shop').then(
      () => 'ok',
      (error: unknown) => messageOf(error),
    ),
  );
  await backend.close();
  for (const name of Object.keys(environment)) delete process.env[name];
  Object.assign(process.env, before);
}
process.stdout.write(JSON.stringify(results));
