import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import { resolveApplication, resolveVersions, type TargetRequest } from '../../../src/operate/resolve-target.ts';
import type { YamlApplication } from '../../../src/operate/yaml-files.ts';
import { sampleModule } from '../deploy/sample.ts';
import { failureOf, fakeLoader, operateBench, shop } from './sample.ts';

const broken: Diagnostic = {
  severity: 'error',
  code: 'unknown-key',
  file: 'app.yaml',
  line: 1,
  column: 1,
  path: 'x',
  message: 'x',
};
const yaml = (module: string, version: string, application = 'shop'): Partial<YamlApplication> => ({
  application,
  modules: [{ file: `${module}.yaml`, module, version }],
});

function request(
  more: Partial<TargetRequest>,
  files: Readonly<Record<string, Partial<YamlApplication>>> = {},
): TargetRequest {
  return { paths: [], workingDirectory: '/src', load: fakeLoader(files), ...more };
}

describe('the application', () => {
  it('is the flag’s, without reading a file or asking the backend', async () => {
    const load = fakeLoader({});
    const { context, backend } = operateBench();
    backend.checkpoints.fail('describe', new Error('nobody should ask'));
    expect(await resolveApplication(context, request({ application: 'mine', paths: ['app.yaml'], load }))).toBe('mine');
    expect(load.queries).toEqual([]);
  });

  it('is that of the file that is named, else that of ./app.yaml, else the only one', async () => {
    const { context } = await shop();
    const files = { 'a.yaml': yaml('a', 'v1', 'named'), '.': yaml('default', 'v1', 'around') };
    expect(await resolveApplication(context, request({ paths: ['a.yaml'] }, files))).toBe('named');
    expect(await resolveApplication(context, request({}, files))).toBe('around');
    expect(await resolveApplication(context, request({}))).toBe('shop');
  });

  it('is not the fault of a broken app.yaml that nobody named', async () => {
    const { context } = await shop();
    expect(await resolveApplication(context, request({}, { '.': { diagnostics: [broken] } }))).toBe('shop');
    const load = () => Promise.reject(new Error('unreadable'));
    expect(await resolveApplication(context, request({ load }))).toBe('shop');
    const named = request({ paths: ['app.yaml'] }, { 'app.yaml': { application: 'x', diagnostics: [broken] } });
    expect(await failureOf(resolveApplication(context, named))).toMatchObject({ code: 'config.invalid' });
  });

  it('must be named when there is none, or several', async () => {
    expect(await failureOf(resolveApplication(operateBench().context, request({})))).toMatchObject({
      code: 'application.ambiguous',
      hints: ['Deploy one first: appcfg update <directory>'],
    });
    const { context } = await shop();
    const two = { ...context, backend: { ...context.backend, applications: async () => ['other', 'shop'] } };
    const error = await failureOf(resolveApplication(two, request({})));
    expect(error.message).toContain('other, shop');
    expect(error.hints).toEqual(['Name it with -A, or run the command where its app.yaml is.']);
  });
});

describe('the versions', () => {
  it('are one for each file, flags over what the files say', async () => {
    const { context } = operateBench();
    const files = { 'a.yaml': yaml('a', 'v1'), 'b.yaml': yaml('b', 'v2') };
    const paths = ['a.yaml', 'b.yaml'];
    expect(await resolveVersions(context, request({ paths }, files))).toEqual([
      { application: 'shop', module: 'a', version: 'v1' },
      { application: 'shop', module: 'b', version: 'v2' },
    ]);
    expect(await resolveVersions(context, request({ paths, application: 'other', version: 'v9' }, files))).toEqual([
      { application: 'other', module: 'a', version: 'v9' },
      { application: 'other', module: 'b', version: 'v9' },
    ]);
  });

  it('of files without a module are none, and of broken files a failure', async () => {
    const { context } = operateBench();
    const files = { 'cron.yaml': { application: 'shop' }, 'a.yaml': { ...yaml('a', 'v1'), diagnostics: [broken] } };
    expect(await failureOf(resolveVersions(context, request({ paths: ['cron.yaml'] }, files)))).toMatchObject({
      code: 'deploy.nothing',
    });
    expect(await failureOf(resolveVersions(context, request({ paths: ['a.yaml'] }, files)))).toMatchObject({
      code: 'target.bad-files',
    });
  });

  it('are what the flags name, of the default module when they name none', async () => {
    const { context } = await shop();
    const flags = request({ application: 'shop', module: 'api', version: 'v1' });
    expect(await resolveVersions(context, flags)).toEqual([{ application: 'shop', module: 'api', version: 'v1' }]);
    expect(await resolveVersions(context, request({ version: 'uno' }))).toEqual([
      { application: 'shop', module: 'default', version: 'uno' },
    ]);
  });

  it('without a flag is the only one the module has', async () => {
    const { context, deploy } = await shop();
    expect(await resolveVersions(context, request({ module: 'api' }))).toEqual([
      { application: 'shop', module: 'api', version: 'v1' },
    ]);
    await deploy([sampleModule('api', { version: 'v2' })]);
    expect(await failureOf(resolveVersions(context, request({ module: 'api' })))).toMatchObject({
      code: 'version.required',
      hints: ['Its versions: v1, v2', 'Name it with -V.'],
    });
    expect(await failureOf(resolveVersions(context, request({ module: 'x' })))).toMatchObject({
      code: 'module.not-found',
    });
  });
});
