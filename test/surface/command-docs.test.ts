/** The reference and the man page say what the commands say. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { generatedCommandDocs } from '../../src/cli/generated-docs.ts';
import { commands } from '../../src/commands/command-table.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly description: string;
};
const generated = await generatedCommandDocs({ root, commands, description });

describe.each([...generated])('%s', (name, content) => {
  it('is fresh', () => {
    expect(readFileSync(join(root, name), 'utf8'), 'stale: npm run docs').toBe(content);
  });

  it('has something in every place', () => {
    expect(content).not.toMatch(/undefined|\[object|<%=/);
  });
});

it('documents every command that is not hidden', () => {
  const headings = [...(generated.get('docs/commands.md') ?? '').matchAll(/^## (.+)$/gm)].map((match) => match[1]);
  const ids = Object.keys(commands).map((id) => id.replaceAll(':', ' '));
  expect(headings.filter((heading) => heading !== 'Options of every command').sort()).toEqual(
    ids.filter((id) => id !== 'complete').sort(),
  );
});

const hasGroff = spawnSync('groff', ['--version']).status === 0;
it.skipIf(!hasGroff)('is a man page without a complaint (needs groff)', () => {
  const file = join(root, 'docs', 'appcfg.1');
  const { status, stdout, stderr } = spawnSync('groff', ['-man', '-ww', '-Tutf8', file], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/appcfg.*update/s);
});
