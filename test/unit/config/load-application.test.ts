/** What a command's paths stand for, on real directories. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { cron, found, load, module, problems, root, useWorkspace, withOverrides, write } from './workspace.ts';

useWorkspace();

const dispatch = "dispatch:\n- {url: '*/x/*', module: worker}\n";
const queue = 'queue:\n- {name: default, rate: 5/s}\n';

describe('files that are named', () => {
  beforeEach(() => {
    write({
      'app.yaml': module(),
      'mobile-frontend.yaml': module('mobile-frontend'),
      'my-module.yaml': module('my-module'),
      'cron.yaml': cron,
      'dispatch.yml': dispatch,
    });
  });

  it('are the modules, in the order given, and no settings', () => {
    expect(found(['my-module.yaml', './app.yaml', 'mobile-frontend.yaml'])).toEqual({
      modules: ['my-module.yaml my-module', './app.yaml default', 'mobile-frontend.yaml mobile-frontend'],
      settings: {},
      diagnostics: [],
    });
  });

  it('mix with settings files, which count when they are named', () => {
    expect(found(['app.yaml', 'cron.yaml', 'dispatch.yml'])).toMatchObject({
      modules: ['app.yaml default'],
      settings: { cron: 'cron.yaml', dispatch: 'dispatch.yml' },
    });
  });

  it('say which settings files beside them are not deployed, and how they would be', () => {
    expect(load(['app.yaml', 'cron.yaml']).notes).toEqual([
      "dispatch.yml is not deployed, because only the module's file was named; deploy it with: appcfg update dispatch.yml",
    ]);
  });

  it('are read once when named twice', () => {
    expect(found(['app.yaml', './app.yaml', join(root, 'app.yaml')]).modules).toHaveLength(1);
    expect(found(['.', 'app.yaml', 'cron.yaml'])).toMatchObject({ modules: ['app.yaml default'], diagnostics: [] });
  });

  it('give the absolute directory of what is uploaded', () => {
    write({ 'sub/worker.yaml': module('worker') });
    expect(load(['sub/worker.yaml']).modules[0]).toMatchObject({
      directory: join(root, 'sub'),
      version: 'uno',
      application: 'simple-sample',
      runtime: 'php55',
    });
  });

  it('that are missing are all reported, with the name that was probably meant', () => {
    expect(load(['app.yml', 'my-modul.yaml', 'sub/zzz.yaml']).diagnostics).toMatchObject([
      { code: 'file-missing', file: 'app.yml', line: 1, column: 1, hint: 'Did you mean app.yaml?' },
      { code: 'file-missing', file: 'my-modul.yaml', hint: 'Did you mean my-module.yaml?' },
      { code: 'file-missing', file: 'sub/zzz.yaml', hint: 'Check the spelling and the current directory.' },
    ]);
  });

  it('that are no yaml files are refused', () => {
    write({ 'main.py': 'print 1\n' });
    expect(problems(['main.py'])).toEqual(['error file-not-yaml main.py:1:1']);
  });

  it('must name their module unless they are app.yaml', () => {
    write({ 'worker.yaml': module(), 'app.yml': module() });
    expect(load(['worker.yaml']).diagnostics).toMatchObject([
      {
        code: 'missing-key',
        file: 'worker.yaml',
        path: 'module',
        hint: 'For example: module: worker (or module: default), or -M NAME.',
      },
    ]);
    expect(problems(['app.yml'])).toEqual([]);
    expect(problems(['worker.yaml'], withOverrides({ module: 'worker' }))).toEqual([]);
  });
});

describe('a directory with app.yaml', () => {
  beforeEach(() => {
    write({
      'app.yaml': module(),
      'worker.yaml': module('worker'),
      'api/app.yaml': module('api'),
      'api/cron.yaml': cron,
      'cron.yaml': cron,
      'queue.yml': queue,
      'include.yaml': 'handlers: []\n',
      'node_modules/x.yaml': 'runtime: php55\n',
      '.hidden/x.yaml': 'runtime: php55\n',
    });
  });

  it('is its module and its settings files', () => {
    expect(found([])).toMatchObject({
      modules: ['app.yaml default'],
      settings: { cron: 'cron.yaml', queues: 'queue.yml' },
    });
    expect(found([root]).modules).toEqual([`${join(root, 'app.yaml')} default`]);
  });

  it('names the modules that are not deployed, with the command that does', () => {
    expect(load([]).notes).toEqual([
      'worker.yaml describes another module and is not deployed; deploy it with: appcfg update worker.yaml (or all with --all-modules)',
      'api/app.yaml describes another module and is not deployed; deploy it with: appcfg update api/app.yaml (or all with --all-modules)',
    ]);
  });

  it('takes further arguments as well', () => {
    expect(found(['.', 'worker.yaml'])).toMatchObject({ modules: ['app.yaml default', 'worker.yaml worker'] });
    expect(load(['.', 'worker.yaml', 'api']).notes).toEqual([]);
  });

  it('is all its modules when asked for', () => {
    expect(found([], { allModules: true })).toMatchObject({
      modules: ['app.yaml default', 'worker.yaml worker', 'api/app.yaml api'],
      settings: { cron: 'cron.yaml', queues: 'queue.yml' },
      diagnostics: [],
    });
  });

  it('prefers app.yaml to app.yml', () => {
    write({ 'app.yml': module('other') });
    expect(found([]).modules).toEqual(['app.yaml default']);
  });
});

describe('a directory with one folder for each module', () => {
  it('is all modules, and the settings files of the top only', () => {
    write({
      'default/app.yaml': module(),
      'worker/worker.yaml': module('worker'),
      'worker/cron.yaml': cron,
      'worker/v2.yaml': module('worker').replace('uno', 'dos'),
      'dispatch.yaml': dispatch,
    });
    expect(found(['.'])).toEqual({
      modules: ['default/app.yaml default', 'worker/v2.yaml worker', 'worker/worker.yaml worker'],
      settings: { dispatch: 'dispatch.yaml' },
      diagnostics: [],
    });
  });

  it('shows the mistakes of a file that is not even yaml', () => {
    write({ 'worker/worker.yaml': 'runtime: php55\n\tbad: 1\n' });
    expect(problems(['.'])).toEqual(['error yaml-tab worker/worker.yaml:2:1']);
  });

  it('without any module is refused, and so is an empty one', () => {
    write({ 'sub/readme.txt': 'x', 'sub/values.yaml': 'a: 1\n' });
    mkdirSync(join(root, 'empty'));
    expect(load(['sub', 'empty']).diagnostics).toMatchObject([
      { code: 'no-module', file: 'sub', hint: 'Write an app.yaml, or make one with: appcfg init' },
      { code: 'no-module', file: 'empty', message: 'Directory empty is empty.' },
    ]);
  });

  it("finds what Java's staging made", () => {
    write({ 'WEB-INF/appengine-generated/app.yaml': module() });
    expect(load(['.']).modules[0]).toMatchObject({ file: 'WEB-INF/appengine-generated/app.yaml', directory: root });
  });
});
