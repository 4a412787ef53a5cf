/** A whole platform in this process, and applications of real programs that call its APIs. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { createPlatformBackend } from '../../../src/adapters/platform/platform-backend.ts';
import type { Backend } from '../../../src/backend/backend.ts';
import type { LogQuery, LogRecord } from '../../../src/model/log.ts';
import type { ReleaseRequest, VersionUpload } from '../../../src/model/release.ts';
import type { VersionSpec } from '../../../src/model/version-spec.ts';
import { type RunningPlatform, startPlatform } from '../../../src/platform/platform.ts';
import { systemClock } from '../../../src/support/clock.ts';
import { digestOf } from '../../../src/support/digest.ts';
import { homeDirectories } from '../../../src/support/home-directories.ts';
import { plainSpec } from '../../sample-spec.ts';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface ApiAsk {
  readonly method?: string;
  /** `my-module`, `0.uno.my-module` ...: what stands before the application's own host. */
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface ModuleUpload {
  readonly module?: string;
  readonly version?: string;
  /** Name in test/fixtures/apps, or an absolute path. */
  readonly app: string;
  readonly spec: Partial<VersionSpec> & { readonly runtime: string };
}

export interface ApiPlatform {
  readonly backend: Backend;
  readonly routerPort: number;
  readonly controlPort: number;
  /** Of the platform's state. */
  readonly directory: string;
  newApplication(): string;
  deploy(application: string, modules: readonly ModuleUpload[], changes?: Partial<ReleaseRequest>): Promise<void>;
  ask(application: string, path: string, ask?: ApiAsk): Promise<ApiAnswer>;
  /** The answer of status 200, parsed; throws any other. */
  json<T = unknown>(application: string, path: string, ask?: ApiAsk): Promise<T>;
  logs(application: string, query?: Partial<LogQuery>): Promise<readonly LogRecord[]>;
}

const baseSpec: Omit<VersionSpec, 'runtime'> = {
  ...plainSpec,
  scaling: { type: 'manual', instances: 1 },
  instanceClass: 'B2',
};

/** One for all tests of a file. @param environment the platform's own */
export function apiPlatform(environment: Readonly<Record<string, string | undefined>> = process.env): ApiPlatform {
  let platform: RunningPlatform | undefined;
  let backend: Backend | undefined;
  let applications = 0;
  let requests = 0;
  let home = '';
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'appcfg-apis-'));
    platform = await startPlatform({
      directories: homeDirectories({ APPCFG_HOME: home }),
      host: '127.0.0.1',
      port: 0,
      controlPort: 0,
      assetsDirectory: resolve('runtimes'),
      environment,
      clock: systemClock,
    });
    const { controlPort, token } = platform.daemon;
    backend = createPlatformBackend({ url: `http://127.0.0.1:${controlPort}`, token, createdBy: 'test' });
  });
  afterAll(async () => {
    await backend?.close();
    await platform?.close();
    rmSync(home, { recursive: true, force: true });
  });
  const running = () => {
    if (!platform || !backend) throw new Error('the platform is used before the tests run');
    return { ...platform.daemon, backend };
  };
  const ask: ApiPlatform['ask'] = (application, path, options = {}) =>
    send(running().routerPort, path, {
      ...options,
      target: `${options.target === undefined ? '' : `${options.target}.`}${application}.localhost`,
    });
  return {
    get backend() {
      return running().backend;
    },
    get routerPort() {
      return running().routerPort;
    },
    get controlPort() {
      return running().controlPort;
    },
    get directory() {
      return join(home, 'state');
    },
    newApplication: () => {
      applications += 1;
      return `app-${applications}`;
    },
    deploy: async (application, modules, changes = {}) => {
      requests += 1;
      await release(running().backend, { application, modules, changes, requestId: `api-test-${requests}` });
    },
    ask,
    json: async (application, path, options) => {
      const answer = await ask(application, path, options);
      if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${answer.body}`);
      return JSON.parse(answer.body);
    },
    logs: async (application, query = {}) => (await running().backend.logs?.query({ application, ...query })) ?? [],
  };
}

interface Release {
  readonly application: string;
  readonly modules: readonly ModuleUpload[];
  readonly changes: Partial<ReleaseRequest>;
  readonly requestId: string;
}

async function release(backend: Backend, { application, modules, changes, requestId }: Release): Promise<void> {
  const paths = new Map<string, { readonly path: string; readonly size: number }>();
  const uploads = modules.map((module): VersionUpload => {
    const root = resolve('test/fixtures/apps', module.app);
    const files = filesOf(root).map((path) => {
      const content = readFileSync(join(root, path));
      const digest = digestOf(content);
      paths.set(digest, { path: join(root, path), size: content.length });
      return { path, digest, size: content.length, isExecutable: false };
    });
    files.sort((a, b) => (a.path < b.path ? -1 : 1));
    return {
      module: module.module ?? 'default',
      version: module.version ?? 'uno',
      spec: { ...baseSpec, ...module.spec },
      manifest: { files },
    };
  });
  const missing = await backend.files.missing(application, [...paths.keys()]);
  await backend.files.put(
    application,
    [...missing].flatMap((digest) => {
      const source = paths.get(digest);
      return source ? [{ digest, ...source }] : [];
    }),
  );
  const basedOn = (await backend.describe(application))?.currentRelease;
  await backend.releases.commit({
    application,
    requestId,
    uploads,
    traffic: {},
    settings: {},
    stop: [],
    ...(basedOn === undefined ? {} : { basedOn }),
    createdBy: 'test',
    ...changes,
  });
}

function filesOf(root: string, folder = ''): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (/\.pyc$|__pycache__/.test(name)) return [];
    return statSync(join(root, path)).isDirectory() ? filesOf(root, path) : [path];
  });
}

function send(port: number, path: string, ask: ApiAsk & { readonly target: string }): Promise<ApiAnswer> {
  return new Promise((done, fail) => {
    const headers = { Host: `${ask.target}:${port}`, ...ask.headers };
    const request = httpRequest(
      { host: '127.0.0.1', port, path, method: ask.method ?? 'GET', headers, agent: false },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
        });
        response.on('error', fail);
        response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body }));
      },
    );
    request.on('error', fail);
    request.end(ask.body);
  });
}
