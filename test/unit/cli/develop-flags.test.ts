import { expect, it } from 'vitest';
import { explainedOption, plainBooleans } from '../../../src/cli/develop-flags.ts';
import { type AppcfgError, failure } from '../../../src/errors.ts';

it.each([
  ['--automatic-restart=no', '--no-automatic-restart'],
  ['--automatic-restart=False', '--no-automatic-restart'],
  ['--automatic-restart=1', '--automatic-restart'],
  ['--use-mtime-file-watcher=yes', '--use-mtime-file-watcher'],
  ['--automatic-restart=maybe', '--automatic-restart=maybe'],
  ['--host=no', '--host=no'],
])('reads %s as %s', (written, plain) => {
  expect(plainBooleans([written])).toEqual([plain]);
});

it.each([
  ['--clear_datastore', 'dev has no --clear-datastore, which dev_appserver.py had: there is no datastore here'],
  ['--no-enable-console', 'dev has no --enable-console, which'],
  ['--smtp_host', 'no such service'],
])('explains what became of %s', (flag, message) => {
  const explained = explainedOption(failure('usage.unknown-flag', { command: 'dev', flag }));
  expect((explained as AppcfgError).message).toContain(message);
  expect((explained as AppcfgError).exitCode).toBe(2);
});

it('leaves other failures alone', () => {
  const unknown = failure('usage.unknown-flag', { command: 'dev', flag: '--prot', suggestion: '--port' });
  expect(explainedOption(unknown)).toBe(unknown);
  const inherited = failure('usage.unknown-flag', { command: 'dev', flag: '--constructor' });
  expect(explainedOption(inherited)).toBe(inherited);
});
