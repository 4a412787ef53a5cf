/** Several files of one command: rules between them, the command line's say, includes on disk. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cron, load, module, problems, root, useWorkspace, withOverrides, write } from './workspace.ts';

useWorkspace();

describe('several files together', () => {
  it('belong to one application', () => {
    write({
      'app.yaml': module(),
      'b.yaml': module('b').replace('simple-sample', 'other'),
      'cron.yaml': `application: third\n${cron}`,
    });
    const { application, diagnostics } = load(['app.yaml', 'b.yaml', 'cron.yaml']);
    expect(application).toBe('simple-sample');
    expect(diagnostics).toMatchObject([
      {
        code: 'several-applications',
        file: 'b.yaml',
        line: 1,
        column: 14,
        hint: 'Deploy them with two commands, or say which one is meant: -A simple-sample',
      },
      { code: 'several-applications', file: 'cron.yaml', line: 1, column: 14 },
    ]);
    expect(problems(['app.yaml', 'b.yaml', 'cron.yaml'], withOverrides({ application: 'mine' }))).toEqual([]);
  });

  it('share the application that one of them names', () => {
    write({ 'app.yaml': module(), 'b.yaml': 'module: b\nversion: uno\nruntime: php55\n' });
    expect(load(['b.yaml', 'app.yaml']).modules.map(({ application }) => application)).toEqual([
      'simple-sample',
      'simple-sample',
    ]);
  });

  it('must name an application at least once (group 75)', () => {
    write({ 'app.yaml': 'version: uno\nruntime: php55\n' });
    expect(problems([])).toEqual(['error missing-key app.yaml:1:1 application']);
    expect(problems([], { applicationRequired: false })).toEqual([]);
    expect(load([], withOverrides({ application: 'mine' })).application).toBe('mine');
  });

  it('a settings file alone belongs to the application of app.yaml beside it', () => {
    write({ 'app.yaml': module(), 'cron.yaml': cron });
    expect(load(['cron.yaml'])).toMatchObject({ application: 'simple-sample', modules: [], diagnostics: [] });
  });

  it('describe each version of a module once', () => {
    write({ 'app.yaml': module('web'), 'b.yaml': module('web'), 'c.yaml': module('web').replace('uno', 'dos') });
    expect(load(['app.yaml', 'b.yaml', 'c.yaml']).diagnostics).toMatchObject([
      {
        code: 'duplicate-version',
        file: 'b.yaml',
        line: 3,
        message: 'app.yaml describes version uno of module web as well.',
      },
    ]);
  });

  it('have one file of each kind of settings', () => {
    write({ 'app.yaml': module(), 'cron.yaml': cron, 'sub/app.yaml': module('sub'), 'sub/cron.yaml': cron });
    const { settingsFiles, diagnostics } = load(['.', 'sub']);
    expect(settingsFiles).toEqual({ cron: 'cron.yaml' });
    expect(diagnostics).toMatchObject([{ code: 'duplicate-entry', file: 'sub/cron.yaml' }]);
  });

  it('N4 are warned of names that make addresses ambiguous', () => {
    write({ 'app.yaml': module(), 'uno.yaml': module('uno') });
    expect(problems(['app.yaml', 'uno.yaml'])).toEqual(['warning name-reused uno.yaml:2:9 module']);
  });

  it('N5 are warned of names that are too long for one label', () => {
    const version = (length: number) => module('worker').replace('version: uno', `version: ${'v'.repeat(length)}`);
    // -dot-worker-dot-simple-sample has 29 characters.
    write({ 'app.yaml': module(), 'fits.yaml': version(34), 'long.yaml': version(35) });
    expect(problems(['app.yaml', 'fits.yaml', 'long.yaml'])).toEqual(['warning name-too-long long.yaml:3:10 version']);
  });

  it('show the problems of all of them at once', () => {
    write({ 'app.yaml': 'runtime: cobol\n', 'b.yaml': 'foo\n', 'cron.yaml': 'cron: 1\n' });
    expect(
      problems(['app.yaml', 'b.yaml', 'cron.yaml', 'gone.yaml'], {
        versionRequired: false,
        applicationRequired: false,
      }),
    ).toEqual([
      'error file-missing gone.yaml:1:1',
      'error bad-value app.yaml:1:10 runtime',
      'error wrong-type b.yaml:1:1',
      'error wrong-type cron.yaml:1:7 cron',
    ]);
  });
});

describe('versions', () => {
  it('are required in the manners of appcfg, from the file or the command line', () => {
    write({ 'app.yaml': 'application: a\nruntime: php55\n' });
    expect(problems([])).toEqual(['error missing-key app.yaml:1:1 version']);
    expect(load([], withOverrides({ version: 'dos' })).modules[0]?.version).toBe('dos');
  });

  it('are generated where neither says one', () => {
    write({ 'app.yaml': 'application: a\nruntime: php55\n', 'b.yaml': module('b').replace('simple-sample', 'a') });
    const { modules, diagnostics } = load(['app.yaml', 'b.yaml'], {
      versionRequired: false,
      generatedVersion: '20261121t093000',
    });
    expect(modules.map(({ version }) => version)).toEqual(['20261121t093000', 'uno']);
    expect(diagnostics).toEqual([]);
  });
});

describe('the command line', () => {
  it('follows the rules of the files, and says which flag is wrong (groups 76, 78)', () => {
    write({ 'app.yaml': 'runtime: php55\n' });
    const overrides = {
      application: 'My_App',
      version: 'Bad_Version',
      module: 'x.y',
      runtime: 'cobol',
      environmentVariables: { '1BAD': 'x', GOOD: 'y' },
    };
    const { diagnostics, modules } = load([], { overrides });
    expect(diagnostics.map(({ code, message }) => `${code} ${message.split(':')[0]}`)).toEqual([
      'bad-override -A My_App',
      'bad-override -M x.y',
      'bad-override -V Bad_Version',
      'bad-override -r cobol',
      'bad-override -E 1BAD',
    ]);
    expect(diagnostics.every(({ hint }) => hint !== undefined)).toBe(true);
    expect(modules[0]?.spec.environmentVariables).toEqual({ GOOD: 'y' });
  });

  it('wins over files and includes', () => {
    write({
      'app.yaml': module(undefined, 'service: web\nincludes: [inc.yaml]\nenv_variables: {A: own}\n'),
      'inc.yaml': 'env_variables: {A: inc}\n',
    });
    const overrides = { module: 'other', runtime: 'python312', environmentVariables: { A: 'flag' } };
    expect(load([], { overrides })).toMatchObject({
      modules: [{ module: 'other', runtime: 'python312', spec: { environmentVariables: { A: 'flag' } } }],
      diagnostics: [],
    });
  });

  it('takes any runtime when asked to', () => {
    write({ 'app.yaml': module() });
    expect(problems([], { ...withOverrides({ runtime: 'cobol' }), allowsAnyRuntime: true })).toEqual([]);
  });
});

describe('includes on disk', () => {
  it('are found beside the including file, in the application, in a directory by include.yaml', () => {
    write({
      'app/app.yaml': module(undefined, 'includes: [lib/one.yaml, dir]\n'),
      'app/lib/one.yaml': 'includes: [two.yaml, top.yaml]\nhandlers: [{url: /one, script: a.php}]\n',
      'app/lib/two.yaml': 'handlers: [{url: /two, script: a.php}]\n',
      'app/top.yaml': 'handlers: [{url: /top, script: a.php}]\n',
      'app/dir/include.yaml': 'foo: 1\nhandlers: [{url: /dir, script: a.php}]\n',
    });
    const { modules, diagnostics } = load(['app']);
    expect(modules[0]?.spec.handlers.map(({ url }) => url)).toEqual(['/one', '/two', '/top', '/dir']);
    expect(diagnostics).toMatchObject([{ code: 'unknown-key', file: 'app/dir/include.yaml', line: 1 }]);
  });

  it('are read once, also through a link', () => {
    write({
      'app.yaml': module(undefined, 'includes: [inc.yaml, link.yaml]\n'),
      'inc.yaml': 'includes: [link.yaml]\nhandlers: [{url: /x, script: a.php}]\n',
    });
    symlinkSync(join(root, 'inc.yaml'), join(root, 'link.yaml'));
    expect(load(['app.yaml']).modules[0]?.spec.handlers).toHaveLength(1);
  });
});

it('refuses a huge file and a directory that is named like a file', () => {
  write({ 'app.yaml': `#${'x'.repeat(1024 * 1024)}\n` });
  mkdirSync(join(root, 'sub.yaml'));
  expect(problems(['app.yaml', 'sub.yaml'])).toEqual([
    'error no-module sub.yaml:1:1',
    'error file-too-large app.yaml:1:1',
  ]);
});
