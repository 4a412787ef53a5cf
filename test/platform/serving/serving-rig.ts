/** An engine on fixture apps, with everything it leaves behind checked at the end. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { LogRecord } from '../../../src/model/log.ts';
import type { OperationEvent } from '../../../src/model/operation-event.ts';
import type { Scaling } from '../../../src/model/scaling.ts';
import type { VersionSpec } from '../../../src/model/version-spec.ts';
import type { DesiredDeployment } from '../../../src/platform/deployment.ts';
import type { Runtime } from '../../../src/platform/runtimes/runtime.ts';
import { createEngine, type EngineOptions } from '../../../src/platform/serving/embedded-engine.ts';
import type { Engine } from '../../../src/platform/serving/engine.ts';
import { findMarked } from '../../../src/platform/serving/nonce-sweep.ts';
import type { Claim, ClaimOptions, Refused } from '../../../src/platform/serving/version-pool.ts';
import { systemClock } from '../../../src/support/clock.ts';
import { plainSpec } from '../../sample-spec.ts';

const apps = fileURLToPath(new URL('../../fixtures/apps/', import.meta.url));

/** Runs `node server.cjs` of the deployment's directory. */
export const nodeRuntime: Runtime = {
  name: 'node-test',
  accepts: () => true,
  build: async ({ deployment, onOutput }) => {
    onOutput(`building ${deployment.version}`);
    return { warnings: ['this is a test runtime'], detail: 'nothing to install', facts: {} };
  },
  launch: ({ deployment, port, temporaryDirectory }) => ({
    command: process.execPath,
    args: [join(deployment.directory, 'server.cjs')],
    cwd: deployment.directory,
    environment: { PORT: String(port), TMPDIR: temporaryDirectory, ...deployment.spec.environmentVariables },
  }),
};

export const manual = (instances: number): Scaling => ({ type: 'manual', instances });
export const basic = (maxInstances: number, idleTimeoutMs = 300_000): Scaling => ({
  type: 'basic',
  maxInstances,
  idleTimeoutMs,
});
export const automatic = (settings: Partial<Extract<Scaling, { type: 'automatic' }>> = {}): Scaling => ({
  type: 'automatic',
  ...settings,
});

let deployments = 0;

export function desiredOf(app: string, spec: Partial<VersionSpec> & { readonly scaling: Scaling }): DesiredDeployment {
  deployments += 1;
  return {
    servingStatus: 'serving',
    receivesTraffic: true,
    deployment: {
      application: 'simple-sample',
      module: 'my-module',
      version: 'uno',
      deploymentId: String(20_260_101_000_000 + deployments),
      directory: join(apps, app),
      defaultHostname: 'simple-sample.localhost:8080',
      spec: {
        ...plainSpec,
        runtime: 'nodejs20',
        instanceClass: spec.scaling.type === 'automatic' ? 'F1' : 'B2',
        ...spec,
      },
    },
  };
}

export interface Rig {
  readonly engine: Engine;
  readonly logs: LogRecord[];
  readonly events: OperationEvent[];
  readonly nonce: string;
  readonly directory: string;
  prepare(desired: DesiredDeployment, signal?: AbortSignal): Promise<void>;
  /** Prepared and made the only desired one. */
  serve(desired: DesiredDeployment): Promise<void>;
  messages(): readonly string[];
  /** Ends the engine and proves that nothing is left. */
  end(): Promise<void>;
}

export async function createRig(options: Partial<EngineOptions> = {}): Promise<Rig> {
  const directory = await mkdtemp(join(tmpdir(), 'appcfg-serving-'));
  const nonce = options.nonce ?? randomBytes(12).toString('hex');
  const logs: LogRecord[] = [];
  const events: OperationEvent[] = [];
  const engine = createEngine({
    clock: systemClock,
    logs: { append: (record) => void logs.push(record) },
    runtimeFor: () => nodeRuntime,
    stateDirectory: join(directory, 'state'),
    cacheDirectory: join(directory, 'cache'),
    nonce,
    ...options,
    limits: { graceMs: 3_000, killDelayMs: 300, sampleIntervalMs: 100, ...options.limits },
  });
  const prepare = (desired: DesiredDeployment, signal = new AbortController().signal) =>
    engine.prepare(desired, { signal, onEvent: (event) => void events.push(event) });
  return {
    engine,
    logs,
    events,
    nonce,
    directory,
    prepare,
    async serve(desired) {
      await prepare(desired);
      engine.setDesired([desired]);
    },
    messages: () =>
      logs.map((record) => (record.kind === 'app' ? record.message : `${record.resource} ${record.status}`)),
    async end() {
      await engine.close({ graceMs: 500 });
      expect(await findMarked(nonce, systemClock)).toEqual([]);
      expect(await readdir(join(directory, 'state')).catch(() => [])).toEqual([]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export async function claim(
  rig: Rig,
  desired: DesiredDeployment,
  options: ClaimOptions = {},
): Promise<Claim | Refused> {
  const pool = rig.engine.pool(desired.deployment.deploymentId);
  if (!pool) throw new Error('no pool');
  return pool.claim(options);
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly instance: string;
}

/** Claims an instance, sends one request, releases. */
export async function fetchFrom(
  rig: Rig,
  desired: DesiredDeployment,
  path = '/',
  options: ClaimOptions = {},
): Promise<Answer> {
  const claimed = await claim(rig, desired, options);
  if (claimed.kind === 'refused') throw new Error(`${claimed.refusal}: ${claimed.reason}`);
  try {
    const { status, body } = await get(claimed, path);
    claimed.release({ status, latencyMs: 1 });
    return { status, body, instance: claimed.instance };
  } catch (error) {
    claimed.release({ status: 502, latencyMs: 1, isInstanceFailure: true });
    throw error;
  }
}

export function get(
  { host, port, signal }: Pick<Claim, 'host' | 'port' | 'signal'>,
  path: string,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host, port, path, agent: false, signal }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** Waits for a condition that other processes bring about. */
export async function eventually(check: () => boolean | Promise<boolean>, what = 'the condition'): Promise<void> {
  for (let attempt = 0; attempt < 2_500; attempt += 1) {
    if (await check()) return;
    await systemClock.sleep(10);
  }
  throw new Error(`${what} did not come about`);
}

/** A process that ended and was not collected by its new parent yet (a zombie) is not alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== 'linux') return true;
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
