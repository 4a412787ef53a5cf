/** A stranger walks through the README, and readers through the guides: every command in them works. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadApplication } from '../../src/config/load-application.ts';
import { shellLines, walk } from './documents.ts';
import { newHome, root } from './program.ts';

const hasCurl = spawnSync('curl', ['--version']).status === 0;
const guides = readdirSync(join(root, 'docs/guides')).map((name) => `docs/guides/${name}`);

describe.skipIf(!hasCurl)('a walk (needs curl)', () => {
  it('through the README ends with a running application', async () => {
    const steps = await walk('README.md', newHome());
    const answers = steps.filter(({ line }) => line.startsWith('curl ')).map(({ stdout }) => stdout.trim());
    expect(answers).toEqual([
      expect.stringMatching(/^module=default version=uno/),
      expect.stringMatching(/^module=mobile-frontend version=uno/),
      expect.stringMatching(/^module=my-module version=uno instance=0$/),
    ]);
    const last = steps.findLast(({ line }) => line === 'appcfg status');
    expect(last?.stdout).toContain('hello');
  }, 120_000);

  it.each(guides)(
    'through %s',
    async (guide) => {
      expect(shellLines(guide).length).toBeGreaterThan(0);
      await walk(guide, newHome());
    },
    120_000,
  );
});

it.each(['README.md', ...guides])('%s shows yaml files that are accepted', (document) => {
  const text = readFileSync(join(root, document), 'utf8');
  const blocks = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map((match) => match[1] ?? '');
  for (const block of blocks) {
    const directory = mkdtempSync(join(tmpdir(), 'appcfg-yaml-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    writeFileSync(join(directory, 'app.yaml'), block);
    const overrides = { environmentVariables: {} };
    const request = { paths: ['.'], workingDirectory: directory, overrides, allModules: false, versionRequired: true };
    expect(loadApplication(request).diagnostics).toEqual([]);
  }
});

const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...guides];

it.each(documents)('%s links to files that are there', (document) => {
  const text = readFileSync(join(root, document), 'utf8');
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1] ?? '');
  expect(links.filter((link) => !existsSync(join(root, dirname(document), link)))).toEqual([]);
});
