/** `appcfg validate` on every example of the documentation that we follow: App Engine's and the original's. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Validation } from '../../src/operate/validate.ts';
import { openTerminal } from './terminal.ts';

const examples = join(import.meta.dirname, '../fixtures/config/examples');

/** Example -> what is found in it, in the order of files and lines. Those that are not here are faultless. */
const findings: Readonly<Record<string, readonly string[]>> = {
  'standard-first-generation': [
    'warning builtin-code app.yaml:27',
    'warning builtin-code app.yaml:28',
    'warning builtin-code app.yaml:29',
  ],
  'websockets-as-printed': ['warning discouraged-value app.yaml:7'],
  surprising: [
    'error bad-value app.yaml:3',
    'warning discouraged-value app.yaml:4',
    'error unknown-value app.yaml:7',
    'error out-of-range app.yaml:9',
    'warning suspicious-handler app.yaml:12',
    'warning duplicate-entry cron.yaml:4',
    'warning duplicate-entry dos.yaml:3',
    'warning duplicate-entry index.yaml:3',
    'warning duplicate-entry queue.yaml:4',
  ],
};

describe('validate', () => {
  it.each(readdirSync(examples))('%s', async (name) => {
    const terminal = openTerminal();
    const directory = join(examples, name);
    const { code, stdout, stderr } = await terminal.run('validate', directory, '--all-modules', '--json');
    const validation = JSON.parse(stdout) as Validation;
    const found = validation.diagnostics
      .map(({ severity, code: kind, file, line }) => ({ severity, kind, line, file: file.slice(directory.length + 1) }))
      .sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1))
      .map(({ severity, kind, file, line }) => `${severity} ${kind} ${file}:${line}`);
    expect(found).toEqual(findings[name] ?? []);
    const isValid = !found.some((finding) => finding.startsWith('error'));
    expect({ code, stderr, isValid: validation.isValid }).toEqual({ code: isValid ? 0 : 1, stderr: '', isValid });
    for (const { message, hint } of validation.diagnostics) {
      expect(message).toMatch(/\S\.$/);
      expect(hint).toBeDefined();
    }
  });

  it('of an application in folders sees the settings of the top directory', async () => {
    const { stdout } = await openTerminal().run('validate', join(examples, 'modules-in-folders'), '--json');
    const { modules, settings } = JSON.parse(stdout) as Validation;
    expect(modules.map(({ module, version }) => `${module}:${version}`)).toEqual([
      'default:uno',
      'module2:uno',
      'module3:v1',
      'module3:v2',
    ]);
    expect(Object.keys(settings).sort()).toEqual(['cron', 'dispatch', 'indexes', 'queues']);
  });
});
