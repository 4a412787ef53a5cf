/** What the backend contract's tests work with: sample versions without a language runtime, in applications of their own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Backend, BlobSource, OptionalRole } from '../../src/backend/backend.ts';
import type { WatchOptions } from '../../src/backend/call-options.ts';
import { isAppcfgError } from '../../src/errors.ts';
import type { Application, Version } from '../../src/model/application.ts';
import { findModule, findVersion } from '../../src/model/application.ts';
import type { Manifest, ManifestFile } from '../../src/model/manifest.ts';
import type { Operation } from '../../src/model/operation.ts';
import type { ReleaseRequest, VersionUpload } from '../../src/model/release.ts';
import type { Scaling } from '../../src/model/scaling.ts';
import type { VersionSpec } from '../../src/model/version-spec.ts';
import { digestOf } from '../../src/support/digest.ts';

export interface ContractSubject {
  readonly backend: Backend;
  cleanup(): Promise<void>;
}

export interface ContractOptions {
  /** The optional roles that the backend is to have: it must have these, and no others. */
  readonly roles: readonly OptionalRole[];
  /** Roles that it has in part, and says so where it has not: tests of its own judge them. */
  readonly partly?: readonly OptionalRole[];
}

/** Makes a backend that knows no application; called once for the whole suite. */
export type ContractFactory = () => Promise<ContractSubject>;

export interface SampleUpload extends VersionUpload {
  readonly blobs: readonly BlobSource[];
}

export interface SampleOptions {
  readonly module?: string;
  readonly version?: string;
  /** Of www/index.html. */
  readonly content?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly scaling?: Scaling;
}

export interface ContractBench {
  readonly backend: Backend;
  /** An application id that no other test uses. */
  newApplication(): string;
  upload(options?: SampleOptions): SampleUpload;
  blob(content: string): BlobSource;
  /** Sends what is missing and commits on top of what is live. */
  release(
    application: string,
    uploads: readonly SampleUpload[],
    changes?: Partial<ReleaseRequest>,
    watch?: WatchOptions,
  ): Promise<Operation>;
  live(application: string): Promise<Application>;
  version(application: string, module: string, version: string): Promise<Version>;
}

export function staticSpec(scaling: Scaling = { type: 'automatic' }): VersionSpec {
  const handler = { url: '/', login: 'optional', authFailAction: 'redirect', secure: 'optional' } as const;
  return {
    runtime: 'static',
    environment: 'standard',
    scaling,
    instanceClass: scaling.type === 'automatic' ? 'F1' : 'B1',
    handlers: [{ ...handler, type: 'static-dir', directory: 'www' }],
    errorHandlers: [],
    environmentVariables: {},
    buildEnvironmentVariables: {},
    inboundServices: [],
    libraries: [],
    isThreadsafe: true,
    network: {},
  };
}

/** Sets a bench up for the tests of a `describe`; its properties are there once they run. */
export function contractBench(factory: ContractFactory): ContractBench {
  let subject: ContractSubject | undefined;
  let root = '';
  let applications = 0;
  let blobs = 0;
  let requests = 0;
  const run = Date.now().toString(36);
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'appcfg-contract-'));
    subject = await factory();
  });
  afterAll(async () => {
    await subject?.backend.close();
    await subject?.cleanup();
    rmSync(root, { recursive: true, force: true });
  });
  const backend = () => {
    if (!subject) throw new Error('the contract bench is used before its tests run');
    return subject.backend;
  };
  const blob = (content: string): BlobSource => {
    blobs += 1;
    const path = join(root, String(blobs));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return { digest: digestOf(content), size: Buffer.byteLength(content), path };
  };
  const live = async (application: string) => {
    const found = await backend().describe(application);
    if (!found) throw new Error(`the backend does not know ${application}`);
    return found;
  };
  return {
    get backend() {
      return backend();
    },
    newApplication: () => {
      applications += 1;
      return `contract-${run}-${applications}`;
    },
    blob,
    upload: (options = {}) => sampleUpload(options, blob),
    release: async (application, uploads, changes = {}, watch = {}) => {
      await sendMissing(backend(), application, uploads);
      requests += 1;
      // Its own also when another release is asked for meanwhile.
      const requestId = `contract-${run}-request-${requests}`;
      const basedOn = (await backend().describe(application))?.currentRelease;
      const request: ReleaseRequest = {
        application,
        requestId,
        uploads: uploads.map(({ blobs: _blobs, ...upload }) => upload),
        traffic: {},
        settings: {},
        stop: [],
        ...(basedOn === undefined ? {} : { basedOn }),
        createdBy: 'contract',
        ...changes,
      };
      return backend().releases.commit(request, watch);
    },
    live,
    version: async (application, module, version) => {
      const found = findVersion(findModule(await live(application), module), version);
      if (!found) throw new Error(`there is no ${module}:${version}`);
      return found;
    },
  };
}

async function sendMissing(backend: Backend, application: string, uploads: readonly SampleUpload[]): Promise<void> {
  const sources = new Map(uploads.flatMap(({ blobs }) => blobs).map((source) => [source.digest, source]));
  const missing = await backend.files.missing(application, [...sources.keys()]);
  await backend.files.put(
    application,
    missing.flatMap((digest) => sources.get(digest) ?? []),
  );
}

function sampleUpload(options: SampleOptions, blob: (content: string) => BlobSource): SampleUpload {
  const { module = 'default', version = 'uno', content = `${module} ${version}`, scaling } = options;
  const contents = Object.entries(options.files ?? { 'www/index.html': content }).sort(([a], [b]) => (a < b ? -1 : 1));
  const blobs = contents.map(([, text]) => blob(text));
  const files = contents.map(
    ([path, text]): ManifestFile => ({
      path,
      digest: digestOf(text),
      size: Buffer.byteLength(text),
      isExecutable: false,
    }),
  );
  const manifest: Manifest = { files };
  return { module, version, spec: staticSpec(scaling), manifest, blobs };
}

/** The code that a promise fails with; fails the test when it does not, or with anything but a catalogue error. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) expect.unreachable('it should have failed');
  expect(isAppcfgError(error), String(error)).toBe(true);
  return (error as { readonly code: string }).code;
}
