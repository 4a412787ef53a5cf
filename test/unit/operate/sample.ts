/** An application on a memory backend, for the tests of the use cases that operate one. */
import type { MemoryBackend } from '../../../src/adapters/memory/memory-backend.ts';
import { deploy } from '../../../src/deploy/deploy.ts';
import type { DescribedModule } from '../../../src/deploy/deploy-sources.ts';
import { isAppcfgError } from '../../../src/errors.ts';
import type { Settings } from '../../../src/model/settings.ts';
import type { OperateContext } from '../../../src/operate/operate-context.ts';
import type { YamlApplication, YamlLoader, YamlQuery } from '../../../src/operate/yaml-files.ts';
import type { FakeClock } from '../../fake-clock.ts';
import { type RecordingReporter, sampleModule, sampleRequest, type Tree, workbench } from '../deploy/sample.ts';

export const manual = { type: 'manual', instances: 2 } as const;

export interface OperateBench {
  readonly context: OperateContext;
  readonly backend: MemoryBackend;
  readonly reporter: RecordingReporter;
  readonly interrupt: AbortController;
  readonly clock: FakeClock;
  /** Makes a release of shop; promotes nothing by itself. */
  deploy(
    modules: readonly DescribedModule[],
    more?: { readonly settings?: Partial<Settings>; readonly tree?: Tree; readonly promote?: boolean },
  ): Promise<void>;
}

export function operateBench(): OperateBench {
  const bench = workbench([]);
  const { backend, clock, interrupt, reporter } = bench;
  return {
    backend,
    clock,
    interrupt,
    reporter,
    context: { backend, clock, reporter, signal: interrupt.signal },
    deploy: async (modules, { settings = {}, tree, promote = false } = {}) => {
      bench.described = { ...bench.described, modules, settings };
      if (tree) bench.trees.set('/src/app', tree);
      await deploy(sampleRequest({ promote }), bench.context);
    },
  };
}

/** shop: default with uno (all traffic) and dos, both manual; api:v1, automatic. */
export async function shop(): Promise<OperateBench> {
  const bench = operateBench();
  await bench.deploy([
    sampleModule('default', { version: 'uno', scaling: manual }),
    sampleModule('default', { version: 'dos', scaling: manual }),
    sampleModule('api', { version: 'v1' }),
  ]);
  return bench;
}

export async function failureOf(promise: Promise<unknown>) {
  try {
    await promise;
  } catch (error) {
    if (isAppcfgError(error)) return error;
    throw error;
  }
  throw new Error('it should have failed');
}

/** A loader that knows these files, and what it was asked. */
export function fakeLoader(
  files: Readonly<Record<string, Partial<YamlApplication>>>,
): YamlLoader & { readonly queries: YamlQuery[] } {
  const queries: YamlQuery[] = [];
  const load: YamlLoader = async (query) => {
    queries.push(query);
    const found = query.paths.map((path) => files[path] ?? {});
    const application =
      query.overrides.application ?? found.map((file) => file.application).find((id) => id !== undefined);
    return {
      ...(application === undefined ? {} : { application }),
      modules: found.flatMap(({ modules = [] }) =>
        modules.map((module) => ({
          ...module,
          ...(query.overrides.version === undefined ? {} : { version: query.overrides.version }),
        })),
      ),
      settings: Object.assign({}, ...found.map(({ settings }) => settings)) as Partial<Settings>,
      diagnostics: found.flatMap(({ diagnostics = [] }) => diagnostics),
    };
  };
  return Object.assign(load, { queries });
}
