/** Writes docs/commands.md and docs/appcfg.1 from the commands; with --check only says whether they are fresh. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedCommandDocs } from '../src/cli/generated-docs.ts';
import { commands } from '../src/commands/command-table.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const { description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly description: string;
};

for (const [name, content] of await generatedCommandDocs({ root, commands, description })) {
  const file = join(root, name);
  if (existsSync(file) && readFileSync(file, 'utf8') === content) continue;
  if (process.argv.includes('--check')) {
    process.stderr.write(`${name} is stale: npm run docs\n`);
    process.exitCode = 1;
    continue;
  }
  writeFileSync(file, content);
}
