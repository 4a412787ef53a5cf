/** Writes oclif.manifest.json from the command table; with --check only says whether it is fresh. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commandManifest } from '../src/cli/manifest.ts';
import { commands } from '../src/commands/command-table.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const file = `${root}oclif.manifest.json`;
const manifest = `${JSON.stringify(await commandManifest({ root, commands }), null, 1)}\n`;

if (!process.argv.includes('--check')) {
  writeFileSync(file, manifest);
} else if (readFileSync(file, 'utf8') !== manifest) {
  process.stderr.write('oclif.manifest.json is stale: npm run manifest\n');
  process.exitCode = 1;
}
