import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type SelectionOptions, selectionRules } from '../../../src/packaging/selection-rules.ts';
import { temporaryDirectory } from '../../platform/temporary-directory.ts';
import { treeOnDisk } from './tree-on-disk.ts';

function rules(options: Partial<SelectionOptions>) {
  return selectionRules({ directory: temporaryDirectory(), runtime: 'python312', ...options });
}

/** Those of the entries that are left out; a directory is written with a final `/`. */
function leftOut(options: Partial<SelectionOptions>, entries: readonly string[]): readonly string[] {
  const { leftOutBy } = rules(options);
  return entries.filter((entry) => leftOutBy(entry.replace(/\/$/, ''), entry.endsWith('/')) !== undefined);
}

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

const entries = words(`main.py main.pyc main.pyo main.py~ #main.py# d/#x# .env d/.hidden/ .git/ 
  .gitignore .gcloudignore RCS/ d/RCS/ RCS node_modules/ d/node_modules/ vendor/ d/vendor/ target/ __pycache__/
  setup.cfg d/setup.cfg tool.exe lib.so app_test.out x.test`);

describe('defaults', () => {
  const firstGeneration = words(
    `main.pyc main.pyo main.py~ #main.py# d/#x# .env d/.hidden/ .git/ .gitignore .gcloudignore RCS/ d/RCS/`,
  );
  const gcloud = ['.git/', '.gitignore', '.gcloudignore'];

  it.each([
    ['python27', firstGeneration],
    ['php55', firstGeneration],
    ['java8', firstGeneration],
    ['ruby32', firstGeneration],
    ['python312', [...gcloud, '__pycache__/', 'setup.cfg']],
    ['nodejs20', [...gcloud, 'node_modules/', 'd/node_modules/']],
    ['php82', [...gcloud, 'vendor/']],
    ['go122', [...gcloud, 'tool.exe', 'lib.so', 'app_test.out', 'x.test']],
    ['java21', [...gcloud, 'target/']],
    ['custom', gcloud],
  ])('of %s', (runtime, expected) => {
    expect(leftOut({ runtime }, entries)).toEqual(entries.filter((entry) => expected.includes(entry)));
  });

  it('of the flexible environment keep files whose names begin with a dot', () => {
    const found = leftOut({ runtime: 'python', environment: 'flexible' }, entries);
    expect(found).toEqual(
      words(`main.pyc main.pyo main.py~ #main.py# d/#x# .git/ .gitignore RCS/ d/RCS/ node_modules/ d/node_modules/`),
    );
  });

  it('are not written to disk', () => {
    const directory = treeOnDisk({ 'main.py': '' });
    rules({ directory });
    expect(readdirSync(directory)).toEqual(['main.py']);
  });

  it('say which of them left a file out', () => {
    expect(rules({ runtime: 'nodejs20' }).leftOutBy('node_modules', true)).toBe('default: node_modules/');
    expect(rules({ runtime: 'python27' }).leftOutBy('.env', false)).toBe('default: .*');
  });
});

describe('skip_files', () => {
  it('replaces the defaults and is anchored at the start only', () => {
    const skipFiles = ['tests', String.raw`^(.*/)?.*\.tmp$`];
    const names = ['tests/', 'tests.py', 'd/tests/', 'x.tmp', 'd/x.tmp', 'x.tmp.py', '.env', 'main.pyc'];
    expect(leftOut({ runtime: 'python27', skipFiles }, names)).toEqual(['tests/', 'tests.py', 'x.tmp', 'd/x.tmp']);
  });

  it('keeps everything when it is empty', () => {
    expect(leftOut({ runtime: 'python27', skipFiles: [] }, entries)).toEqual([]);
  });

  it('ignores line ends inside a pattern, and knows Python syntax', () => {
    expect(leftOut({ skipFiles: ['a\n|(?P<x>b)(?P=x)\\Z'] }, ['a', 'bb', 'bbb', 'c'])).toEqual(['a', 'bb']);
  });

  it('names itself and its pattern', () => {
    expect(rules({ skipFiles: ['a$'] }).leftOutBy('a', false)).toBe('skip_files: a$');
    expect(rules({ skipFiles: ['a$'] }).leaveOutWith).toContain('skip_files');
  });

  it('is refused when it is not a regular expression', () => {
    expect(() => rules({ skipFiles: ['('] })).toThrow(expect.objectContaining({ code: 'packaging.bad-skip-files' }));
  });
});

describe('.gcloudignore', () => {
  it('replaces the defaults, and names its lines', () => {
    const directory = treeOnDisk({ '.gcloudignore': '# mine\n*.log\n!keep.log\n' });
    expect(leftOut({ directory }, ['a.log', 'keep.log', '.git/', '.gcloudignore'])).toEqual(['a.log']);
    expect(rules({ directory }).leftOutBy('d/a.log', false)).toBe('.gcloudignore:2 *.log');
  });

  it('includes one file of its directory, one level deep, at that point', () => {
    const directory = treeOnDisk({
      '.gcloudignore': '*.a\r\n#!include:.gitignore\r\n!x.c\r\n',
      '.gitignore': '!x.a\n*.b\n*.c\n#!include:other\n',
      other: '*.d\n',
    });
    const names = ['x.a', 'y.a', 'x.b', 'x.c', 'y.c', 'x.d'];
    expect(leftOut({ directory }, names)).toEqual(['y.a', 'x.b', 'y.c']);
    expect(rules({ directory }).leftOutBy('x.b', false)).toBe('.gitignore:2 *.b');
  });

  it('is read without the byte order mark that some editors write', () => {
    const directory = treeOnDisk({ '.gcloudignore': '\ufeff*.log' });
    expect(leftOut({ directory }, ['a.log'])).toEqual(['a.log']);
  });

  it.each([
    ['includes a missing file', '#!include:nothing', 'nothing'],
    ['includes a file of another directory', '# !include:../x', 'another directory'],
  ])('is refused when it %s', (_, text, reason) => {
    const directory = treeOnDisk({ '.gcloudignore': text });
    expect(() => rules({ directory })).toThrow(
      expect.objectContaining({ code: 'packaging.bad-ignore-file', message: expect.stringContaining(reason) }),
    );
  });

  it('can be another file', () => {
    const directory = treeOnDisk({ '.gcloudignore': '*.a', 'my.ignore': '*.b' });
    expect(leftOut({ directory, ignoreFile: 'my.ignore' }, ['x.a', 'x.b'])).toEqual(['x.b']);
    expect(() => rules({ directory, ignoreFile: 'none' })).toThrow(
      expect.objectContaining({ code: 'packaging.bad-ignore-file' }),
    );
  });

  it('does not go together with skip_files', () => {
    const directory = treeOnDisk({ '.gcloudignore': '' });
    expect(() => rules({ directory, skipFiles: ['x'] })).toThrow(
      expect.objectContaining({
        code: 'packaging.two-rule-sets',
        message: expect.stringMatching(`${join(directory, '.gcloudignore')}.*skip_files`),
      }),
    );
  });
});

it('rules that select equally have equal signatures, others do not', () => {
  const a = treeOnDisk({ '.gcloudignore': '*.log\n' });
  const b = treeOnDisk({ '.gcloudignore': '# comment\n\n*.log' });
  const c = treeOnDisk({ '.gcloudignore': '*.txt\n' });
  expect(rules({ directory: a }).signature).toBe(rules({ directory: b }).signature);
  expect(rules({ directory: a }).signature).not.toBe(rules({ directory: c }).signature);
  expect(rules({ skipFiles: ['[.]log'] }).signature).not.toBe(rules({}).signature);
});
