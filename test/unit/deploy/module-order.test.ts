import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeployRequest } from '../../../src/deploy/deploy-request.ts';
import type { DescribedModule } from '../../../src/deploy/deploy-sources.ts';
import type { DeployIntent } from '../../../src/deploy/intent.ts';
import { orderModules } from '../../../src/deploy/module-order.ts';
import { isAppcfgError } from '../../../src/errors.ts';
import { live } from './planning.ts';
import { sampleModule, sampleRequest } from './sample.ts';

function intentOf(modules: readonly DescribedModule[]): DeployIntent {
  return { application: 'shop', modules, settings: {}, promotes: false, stopsPrevious: false, createdBy: 'ann' };
}

function order(
  modules: readonly DescribedModule[],
  request: Partial<DeployRequest> = {},
  current = live({ modules: [] }),
) {
  const paths = modules.map(({ file }) => file);
  return orderModules(intentOf(modules), current, sampleRequest({ paths, ...request })).modules.map(
    ({ module }) => module,
  );
}

function failureOf(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (isAppcfgError(error)) return error;
    throw error;
  }
  return undefined;
}

describe('the ordering rule', () => {
  const [first, second, main] = [sampleModule('api'), sampleModule('worker'), sampleModule('default')];

  it('asks for the default module first when the application has none, with the command that is right', () => {
    const request = {
      paths: ['conf/api.yaml', "it's.yaml", './app.yaml'],
      commandName: 'appcfg deploy',
      message: 'why not',
      allowsAnyRuntime: true,
      promote: false,
      isDryRun: true,
      overrides: { application: 'shop', version: 'v 1', environmentVariables: { A: 'b c' } },
    };
    const modules = [{ ...first, file: 'conf/api.yaml' }, { ...second, file: "it's.yaml" }, main];
    const error = failureOf(() => order(modules, request));
    expect(error).toMatchObject({ code: 'deploy.default-not-first', exitCode: 1 });
    expect(error?.details.command).toBe(
      `appcfg deploy -A shop -V 'v 1' --env A=... -m 'why not' -R --no-promote --dry-run ./app.yaml conf/api.yaml 'it'\\''s.yaml'`,
    );
    expect(error?.message).toContain('api is first');
  });

  it('asks for the default module when it is not there at all', () => {
    expect(failureOf(() => order([first], { autoOrder: true }))).toMatchObject({ code: 'deploy.default-missing' });
    expect(failureOf(() => order([]))).toMatchObject({ code: 'deploy.default-missing' });
  });

  it('leaves any order alone once the application has a default module', () => {
    expect(order([first, main], {}, live({ modules: [main] }))).toEqual(['api', 'default']);
    expect(order([first], {}, live({ modules: [main] }))).toEqual(['api']);
  });

  it('is for applications without a default module, known ones too', () => {
    expect(failureOf(() => order([second, main], {}, live({ modules: [first] })))).toMatchObject({
      code: 'deploy.default-not-first',
    });
  });

  it.each([
    ['with --auto-order', { autoOrder: true }],
    ['without a path', { paths: [] }],
    ['with the directory', { paths: ['.'] }],
    ['with a directory above', { paths: ['..'] }],
    ['with the directory by another name', { paths: ['../app/'] }],
  ])('puts the default module first %s', (_how, request) => {
    expect(order([first, main, second], request)).toEqual(['default', 'api', 'worker']);
  });

  it('is not fooled by a directory whose name begins alike', () => {
    const request = { paths: ['/src/ap', 'api.yaml', 'app.yaml'] };
    expect(failureOf(() => order([first, main], request))).toMatchObject({ code: 'deploy.default-not-first' });
  });

  it('obeys the law: an accepted order keeps every module, and default leads a new application', () => {
    const names = fc.uniqueArray(fc.constantFrom('default', 'a', 'b', 'c', 'd'), { maxLength: 5 });
    fc.assert(
      fc.property(names, fc.boolean(), (modules, autoOrder) => {
        let ordered: readonly string[] = [];
        const error = failureOf(() => {
          ordered = order(
            modules.map((name) => sampleModule(name)),
            { autoOrder },
          );
        });
        if (error) {
          expect(autoOrder && modules.includes('default')).toBe(false);
          return;
        }
        expect(ordered[0]).toBe('default');
        expect([...ordered].sort()).toEqual([...modules].sort());
        expect(ordered.slice(1)).toEqual(modules.filter((name) => name !== 'default'));
      }),
    );
  });
});
