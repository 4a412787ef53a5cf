/** Requests, modules and ports for the tests of deploy: no disk, no real clock. */
import { createMemoryBackend, type MemoryBackend } from '../../../src/adapters/memory/memory-backend.ts';
import type { DeployContext } from '../../../src/deploy/deploy-context.ts';
import type { DeployRequest } from '../../../src/deploy/deploy-request.ts';
import type {
  DeploySources,
  DescribedApplication,
  DescribedModule,
  PackagedFiles,
} from '../../../src/deploy/deploy-sources.ts';
import { type ManifestFile, manifestText } from '../../../src/model/manifest.ts';
import type { Scaling } from '../../../src/model/scaling.ts';
import type { VersionSpec } from '../../../src/model/version-spec.ts';
import type { ProgressEvent } from '../../../src/progress/event.ts';
import type { Question, Reporter } from '../../../src/progress/reporter.ts';
import { digestOf } from '../../../src/support/digest.ts';
import { createFakeClock, type FakeClock } from '../../fake-clock.ts';
import { plainSpec } from '../../sample-spec.ts';

export function sampleSpec(changes: Partial<VersionSpec> = {}): VersionSpec {
  return {
    ...plainSpec,
    runtime: 'static',
    ...changes,
  };
}

export interface SampleModule {
  readonly version?: string;
  readonly file?: string;
  readonly directory?: string;
  readonly scaling?: Scaling;
  readonly environmentVariables?: Readonly<Record<string, string>>;
}

export function sampleModule(module: string, sample: SampleModule = {}): DescribedModule {
  const { scaling = { type: 'automatic' }, environmentVariables = {} } = sample;
  return {
    file: sample.file ?? (module === 'default' ? 'app.yaml' : `${module}.yaml`),
    directory: sample.directory ?? '/src/app',
    module,
    version: sample.version ?? 'uno',
    spec: sampleSpec({ scaling, environmentVariables }),
    runtime: 'static',
  };
}

export function sampleRequest(changes: Partial<DeployRequest> = {}): DeployRequest {
  return {
    paths: ['app.yaml'],
    workingDirectory: '/src/app',
    manners: 'appcfg',
    overrides: { environmentVariables: {} },
    stopPrevious: false,
    isDryRun: false,
    autoOrder: false,
    allModules: false,
    commandName: 'appcfg update',
    createdBy: 'ann',
    ...changes,
  };
}

/** Path -> content; every directory of a test holds the same tree unless the test says otherwise. */
export type Tree = Readonly<Record<string, string>>;

export function packagedTree(directory: string, tree: Tree): PackagedFiles {
  const sources = new Map<string, { readonly path: string; readonly size: number }>();
  const files = Object.entries(tree)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, content]): ManifestFile => {
      const digest = digestOf(content);
      sources.set(digest, { path: `${directory}/${path}`, size: Buffer.byteLength(content) });
      return { path, digest, size: Buffer.byteLength(content), isExecutable: false };
    });
  return { manifest: { files }, manifestDigest: digestOf(manifestText({ files })), sources, warnings: [] };
}

export class RecordingReporter implements Reporter {
  readonly events: ProgressEvent[] = [];
  readonly questions: Question[] = [];
  /** undefined: that of the question. */
  answer: boolean | undefined;

  event(event: ProgressEvent): void {
    this.events.push(event);
  }

  async confirm(question: Question): Promise<boolean> {
    this.questions.push(question);
    return this.answer ?? question.defaultAnswer;
  }

  of<T extends ProgressEvent['type']>(type: T): readonly Extract<ProgressEvent, { readonly type: T }>[] {
    return this.events.filter((event): event is Extract<ProgressEvent, { readonly type: T }> => event.type === type);
  }
}

export interface Workbench {
  readonly clock: FakeClock;
  readonly backend: MemoryBackend;
  readonly reporter: RecordingReporter;
  readonly interrupt: AbortController;
  readonly context: DeployContext;
  /** What the yaml files say; change it between deploys. */
  described: DescribedApplication;
  /** Directory -> files. */
  readonly trees: Map<string, Tree>;
  /** Directories walked, in order. */
  readonly walks: string[];
}

export function workbench(modules: readonly DescribedModule[]): Workbench {
  const clock = createFakeClock();
  const trees = new Map<string, Tree>([['/src/app', { 'app.yaml': 'runtime: static', 'index.html': 'hello' }]]);
  const walks: string[] = [];
  const read = async (path: string) => {
    const directory = [...trees.keys()].find((candidate) => path.startsWith(`${candidate}/`)) ?? '';
    return Buffer.from(trees.get(directory)?.[path.slice(directory.length + 1)] ?? '');
  };
  const backend = createMemoryBackend({ clock, read });
  const reporter = new RecordingReporter();
  const interrupt = new AbortController();
  const sources: DeploySources = {
    load: async () => bench.described,
    treeKey: ({ directory }) => directory,
    packageTree: async ({ module: { directory } }) => {
      walks.push(directory);
      return packagedTree(directory, trees.get(directory) ?? {});
    },
  };
  const context: DeployContext = {
    backend,
    reporter,
    clock,
    signal: interrupt.signal,
    cacheDirectory: '/cache',
    sources,
  };
  const described: DescribedApplication = { application: 'shop', modules, settings: {}, diagnostics: [], notes: [] };
  const bench: Workbench = { clock, backend, reporter, interrupt, context, described, trees, walks };
  return bench;
}
