/** Writes docs/config and its JSON schemas from the tables of keys in src/config; with --check only says whether they are fresh. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedDocs } from '../src/config/generated-docs.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const isCheck = process.argv.includes('--check');

for (const [name, content] of generatedDocs()) {
  const file = join(root, name);
  if (existsSync(file) && readFileSync(file, 'utf8') === content) continue;
  if (isCheck) {
    process.stderr.write(`${name} is stale: npx tsx scripts/generate-config-docs.ts\n`);
    process.exitCode = 1;
    continue;
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
