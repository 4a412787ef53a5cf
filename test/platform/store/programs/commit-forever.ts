/** Commits numbers one by one and prints each once it was acknowledged. Arguments: file, driver. */
import { writeSync } from 'node:fs';
import { openStateStore } from '../../../../src/platform/store/open-state-store.ts';
import { drivers } from '../drivers.ts';

const [file = '', driver = ''] = process.argv.slice(2);
const load = drivers[driver];
if (!load) throw new Error(`no driver ${driver}`);
const store = await openStateStore(
  file,
  ['CREATE TABLE numbers (n INTEGER PRIMARY KEY, padding TEXT NOT NULL)'],
  [load],
);
const padding = 'x'.repeat(500);
try {
  for (let n = 1; ; n += 1) {
    store.transaction(() => store.run('INSERT INTO numbers VALUES (?, ?)', n, padding));
    writeSync(1, `${n}\n`);
  }
} catch (error) {
  const { code, message } = error as Error & { readonly code?: string };
  writeSync(1, `failed ${code} ${message}\n`);
}
