/** Every application that init can write is one that a deploy accepts without a word. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadApplication } from '../../../src/config/load-application.ts';
import { checkAnswers } from '../../../src/scaffold/answers.ts';
import { readModuleChoice, scalingTypes, usualModule } from '../../../src/scaffold/module-choice.ts';
import type { ProjectFile } from '../../../src/scaffold/project-files.ts';
import { proposeApplication } from '../../../src/scaffold/propose-application.ts';
import { starterRuntimes } from '../../../src/scaffold/starter-runtime.ts';
import { contentOf, filesFor, someAnswers } from './starter.ts';

function load(files: readonly ProjectFile[]) {
  const directory = mkdtempSync(join(tmpdir(), 'appcfg-starter-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const { path, content } of files) {
    mkdirSync(join(directory, dirname(path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return loadApplication({
    paths: ['.'],
    workingDirectory: directory,
    overrides: { environmentVariables: {} },
    allModules: true,
    versionRequired: true,
  });
}

const three = [usualModule('web'), usualModule('mobile', 'basic'), usualModule('worker', 'manual')];

describe.each(starterRuntimes)('%s', (runtime) => {
  const hasCode = runtime !== 'static';

  it('with one module is what a deploy accepts', () => {
    const { modules, diagnostics } = load(filesFor(someAnswers({ runtime })));
    expect(diagnostics).toEqual([]);
    expect(modules).toMatchObject([{ file: 'app.yaml', module: 'default', version: 'v1', application: 'shop' }]);
  });

  it('with three modules and all files is, too', () => {
    const answers = someAnswers({ runtime, modules: three, dispatch: true, cron: hasCode, queue: hasCode });
    const { modules, settings, diagnostics } = load(filesFor(answers));
    expect(diagnostics).toEqual([]);
    expect(modules.map(({ file, module }) => [file, module]).sort()).toEqual([
      ['mobile/app.yaml', 'mobile'],
      ['web/app.yaml', 'default'],
      ['worker/app.yaml', 'worker'],
    ]);
    expect(settings.dispatch).toEqual([
      { url: '*/mobile/*', module: 'mobile' },
      { url: '*/worker/*', module: 'worker' },
    ]);
    expect(settings.cron?.length).toBe(hasCode ? 1 : undefined);
    expect(settings.queues?.queues).toEqual(hasCode ? [expect.objectContaining({ target: 'mobile' })] : undefined);
  });
});

it.each(scalingTypes)('%s scaling and its class are in the yaml file', (scaling) => {
  const instanceClass = scaling === 'automatic' ? 'F4' : 'B4';
  const { modules, diagnostics } = load(filesFor(someAnswers({ modules: [{ name: 'web', scaling, instanceClass }] })));
  expect(diagnostics).toEqual([]);
  expect(modules[0]?.spec).toMatchObject({ instanceClass, scaling: { type: scaling } });
});

it.each(['010', '1e3', 'on', 'null', '0x10', 'y', '7'])('names such as %s stay text', (name) => {
  const modules = [usualModule('web'), usualModule(name)];
  const named = load(filesFor(someAnswers({ application: name, modules, dispatch: true })));
  expect(named.diagnostics).toEqual([]);
  expect(named.modules.map(({ module, application }) => [module, application])).toContainEqual([name, name]);
  const versioned = load(filesFor(someAnswers({ version: name })));
  expect(versioned.diagnostics).toEqual([]);
  expect(versioned.modules[0]?.version).toBe(name);
});

describe('code that is there', () => {
  const existing = {
    runtime: 'python3',
    because: 'app.py',
    entrypoint: ['entrypoint: python3 app.py'],
    notes: [],
  } as const;

  it('gets yaml files only, side by side', () => {
    const files = filesFor(someAnswers({ modules: three, cron: true }), existing);
    expect(files.map(({ path }) => path)).toEqual(['app.yaml', 'mobile.yaml', 'worker.yaml', 'cron.yaml']);
    expect(contentOf(files, 'worker.yaml')).toContain(
      'module: worker\nversion: v1\nruntime: python3\nentrypoint: python3 app.py\n',
    );
    expect(load(files).diagnostics).toEqual([]);
  });

  it("can't have a module whose file means something else", () => {
    const answers = someAnswers({ modules: [usualModule('web'), usualModule('cron')] });
    expect(() => checkAnswers(answers, true)).toThrow("cron.yaml can't describe a module cron");
    expect(() => checkAnswers(answers, false)).not.toThrow();
  });
});

it.each([
  [{ dispatch: true }, 'there is one'],
  [{ modules: [usualModule('web'), usualModule('web')] }, 'two modules web'],
  [{ modules: [usualModule('web'), usualModule('default')] }, 'is not the first one'],
  [{ runtime: 'static', cron: true }, 'static files'],
  [{ runtime: 'static', queue: true }, 'static files'],
] as const)('refuses %j', (changes, reason) => {
  expect(() => checkAnswers(someAnswers(changes), false)).toThrow(reason);
});

it.each([
  ['web', { name: 'web', scaling: 'automatic', instanceClass: 'F1' }],
  ['worker', { name: 'worker', scaling: 'basic', instanceClass: 'B2' }],
  ['worker:manual', { name: 'worker', scaling: 'manual', instanceClass: 'B2' }],
  ['api:automatic:f4_1g', { name: 'api', scaling: 'automatic', instanceClass: 'F4_1G' }],
])('--module %s', (text, choice) => {
  expect(readModuleChoice(text)).toEqual({ choice });
});

it.each([
  ['', 'must be 1 to 63'],
  ['Web', 'must be 1 to 63'],
  ['web:fast', 'automatic, basic, manual'],
  ['web:manual:F1', 'B1, B2, B4, B4_1G, B8'],
  ['web:automatic:F1:x', 'two words at the most'],
])('--module %j is refused', (text, problem) => {
  expect(readModuleChoice(text)).toEqual({ problem: expect.stringContaining(problem) });
});

it.each([
  ['/home/ann/shop', 'shop'],
  ['/home/ann/My Shop (2)', 'my-shop-2'],
  ['/home/ann/Café_Crème', 'cafe-creme'],
  ['/home/ann/---', 'my-app'],
  ['/home/ann/日本', 'my-app'],
  ['/', 'my-app'],
])('proposes an application id for %s', (directory, id) => {
  expect(proposeApplication(directory)).toBe(id);
});
