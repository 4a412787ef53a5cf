/** Writes docs/conformance.md from the rules and the titles of the tests; with --check only says whether it is fresh. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderConformance } from '../test/conformance/rule-document.ts';

const file = fileURLToPath(new URL('../docs/conformance.md', import.meta.url));
const text = renderConformance();

if (!process.argv.includes('--check')) {
  writeFileSync(file, text);
} else if (readFileSync(file, 'utf8') !== text) {
  process.stderr.write('docs/conformance.md is stale: npx tsx scripts/generate-conformance-docs.ts\n');
  process.exitCode = 1;
}
