/** Writes docs/errors.md from the error catalogue; with --check only says whether it is fresh. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderErrorDocs } from '../src/cli/render/error-docs.ts';

const file = fileURLToPath(new URL('../docs/errors.md', import.meta.url));
const text = renderErrorDocs();

if (!process.argv.includes('--check')) {
  writeFileSync(file, text);
} else if (readFileSync(file, 'utf8') !== text) {
  process.stderr.write('docs/errors.md is stale: npm run docs\n');
  process.exitCode = 1;
}
