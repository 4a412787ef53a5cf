/** Includes and builtins: what the files together say. */
import { describe, expect, it } from 'vitest';
import { type ModuleFileOptions, parseModuleFile } from '../../../src/config/app/parse-module-file.ts';
import { written } from './cases.ts';

const base = 'runtime: python27\nthreadsafe: true\n';

/** Files by path; every file names others by that path. */
function among(files: Readonly<Record<string, string>>): ModuleFileOptions {
  return {
    findInclude: (path) => {
      const source = files[path];
      return source === undefined ? undefined : { file: path, identity: path, source };
    },
  };
}

const parse = (text: string, files: Readonly<Record<string, string>>) =>
  parseModuleFile(base + text, 'app.yaml', among(files));
const urls = (text: string, files: Readonly<Record<string, string>>) =>
  parse(text, files).value?.spec.handlers.map(({ url }) => url);

describe('includes', () => {
  it('put handlers before or behind those of app.yaml, depth first', () => {
    const files = {
      'one.yaml':
        'includes: [two.yaml]\nhandlers:\n- {url: /one, script: a.app}\n- {url: /last, script: a.app, position: tail}\n',
      'two.yaml': 'handlers:\n- {url: /two, script: a.app, position: head}\n',
      'three.yaml': 'handlers:\n- {url: /three, script: a.app}\n',
    };
    const text =
      'builtins: [{remote_api: on}, {django_wsgi: on}]\nincludes: [one.yaml, three.yaml]\nhandlers:\n- {url: /own, script: a.app}\n';
    expect(urls(text, files)).toEqual(['/_ah/remote_api(/.*)?', '/one', '/two', '/three', '/own', '/.*', '/last']);
  });

  it('are each read once, so that a cycle ends', () => {
    const files = {
      'a.yaml': 'includes: [b.yaml]\nhandlers: [{url: /a, script: a.app}]\n',
      'b.yaml': 'includes: [a.yaml]\nhandlers: [{url: /b, script: a.app}]\n',
    };
    expect(urls('includes: [a.yaml, b.yaml]\n', files)).toEqual(['/a', '/b']);
  });

  it('merge settings by the rules of App Engine', () => {
    const files = {
      'one.yaml':
        'env_variables: {A: one, B: one}\nskip_files: ^one$\nmanual_scaling: {instances: 2}\nbeta_settings: {x: one, y: one}\n',
      'two.yaml': 'env_variables: {B: two}\nskip_files: [^two$]\nmanual_scaling: {instances: 5}\nvm: true\n',
    };
    const text =
      'includes: [one.yaml, two.yaml]\nenv_variables: {A: own, C: own}\nskip_files: ^own$\nmanual_scaling: {instances: 3}\nbeta_settings: {x: own}\n';
    const { value } = parse(text, files);
    expect(value?.spec).toMatchObject({
      environment: 'flexible',
      environmentVariables: { A: 'one', B: 'two', C: 'own' },
      scaling: { type: 'manual', instances: 5 },
      betaSettings: { x: 'own', y: 'one' },
    });
    expect(value?.skipFiles).toEqual(['^own$', '^one$', '^two$']);
  });

  it('may bring manual scaling to a file that has none, but not into another kind', () => {
    const files = { 'one.yaml': 'manual_scaling: {instances: 2}\n' };
    expect(parse('includes: [one.yaml]\n', files).value?.spec).toMatchObject({
      scaling: { type: 'manual', instances: 2 },
      instanceClass: 'B2',
    });
    expect(parse('includes: [one.yaml]\nbasic_scaling: {max_instances: 1}\n', files).value?.spec.scaling.type).toBe(
      'basic',
    );
  });

  it('hold only what may be included; findings name the included file (group 65)', () => {
    const files = {
      'inc.yaml':
        'runtime: php55\nversion: v1\nlibraries: []\nbasic_scaling: {max_instances: 1}\nhandler: []\nhandlers:\n- {url: /a(, script: a.app}\n',
    };
    const { diagnostics } = parse('includes: [inc.yaml]\n', files);
    expect(diagnostics.every(({ file }) => file === 'inc.yaml')).toBe(true);
    expect(written(diagnostics).map((line) => line.split(' |')[0])).toEqual([
      'error retired-key 1:1 runtime',
      'error retired-key 2:1 version',
      'error retired-key 3:1 libraries',
      'error retired-key 4:1 basic_scaling',
      'error unknown-key 5:1 handler',
      'error bad-expression 7:9 handlers[0].url',
    ]);
    expect(diagnostics[0]?.hint).toBe('Write it in the file that includes this one.');
  });

  it('follow the rules that the settings of app.yaml put on handlers', () => {
    const handlers = Array.from({ length: 60 }, (_, index) => `- {url: /p${index}, script: a.app}\n`).join('');
    const files = {
      'a.yaml': `handlers:\n${handlers}`,
      'b.yaml': `handlers:\n${handlers}`,
      'cgi.yaml': 'handlers:\n- {url: /x, script: x.py}\n',
    };
    const { diagnostics } = parse('includes: [a.yaml, b.yaml, cgi.yaml]\n', files);
    expect(diagnostics.map(({ file, code, path }) => `${file} ${code} ${path}`)).toEqual([
      'app.yaml too-many includes',
      'cgi.yaml conflicting-keys handlers[0].script',
    ]);
  });

  it('say that an empty one is empty, and that a missing one is missing', () => {
    expect(
      written(parse('includes: [empty.yaml, none.yaml]\n', { 'empty.yaml': '' }).diagnostics).map(
        (line) => line.split(' |')[0],
      ),
    ).toEqual(['warning empty-file 1:1 ', 'error include-missing 3:24 includes[1]']);
  });

  it('stop at a depth that no application needs', () => {
    const files = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`f${index}.yaml`, `includes: [f${index + 1}.yaml]\n`]),
    );
    const { diagnostics } = parse('includes: [f0.yaml]\n', files);
    expect(diagnostics).toMatchObject([{ code: 'include-depth', file: 'f9.yaml' }]);
  });
});

describe('builtins', () => {
  const codes = (text: string, runtime = 'python27') =>
    parseModuleFile(`runtime: ${runtime}\nthreadsafe: true\n${text}`, 'app.yaml').diagnostics.map(
      ({ severity, code }) => `${severity} ${code}`,
    );

  it('stay off when they were off before, and on when they were on', () => {
    const files = { 'inc.yaml': 'builtins: [{deferred: on}, {appstats: off}]\n' };
    const { value, diagnostics } = parse('builtins: [{deferred: off}, {appstats: on}]\nincludes: [inc.yaml]\n', files);
    expect(value?.spec.handlers.map(({ url }) => url)).toEqual(['/_ah/stats.*']);
    expect(diagnostics.map(({ file, code }) => `${file} ${code}`)).toEqual([
      'app.yaml builtin-code',
      'inc.yaml discouraged-value',
      'inc.yaml discouraged-value',
    ]);
  });

  it('of older runtimes turn one another on', () => {
    const { value } = parseModuleFile('runtime: php55\nbuiltins: [{datastore_admin: yes}]\n', 'app.yaml');
    expect(value?.spec.handlers.map(({ url }) => url)).toEqual(['/_ah/datastore_admin(/.*)?', '/_ah/mapreduce(/.*)?']);
  });

  it.each(['yes', 'y', 'true', 't', '1', 'on'])('are turned on by %s', (word) => {
    expect(codes(`builtins: [{appstats: ${word}}]\n`)).toEqual(['warning builtin-code']);
  });

  it.each(['no', 'n', 'false', 'f', '0', 'off'])('are turned off by %s', (word) => {
    expect(codes(`builtins: [{appstats: ${word}}]\n`)).toEqual([]);
  });

  it('need a value', () => {
    expect(codes('builtins: [{appstats: }]\n')).toEqual(['error missing-key']);
  });
});
