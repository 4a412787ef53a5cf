/** The actions of a change, each as one request of the Admin API. Doing one twice is the same as doing it once. */

import type { GoogleOperation, VersionResource } from './api-types.ts';
import type { ApplicationHome } from './application-home.ts';
import { findStagedManifest } from './deployments.ts';
import { explainVersion } from './explain-version.ts';
import type { ApiRequest } from './google-client.ts';
import { appPath, type Emit, type GoogleContext } from './google-context.ts';
import { type Following, follow, mutate } from './google-operations.ts';
import { type Action, type Deployment, type KnownSettings, versionKey } from './journal-state.ts';
import { statusOf } from './refusal.ts';
import { writeSettings } from './settings/all-settings.ts';
import { keptSplit, splitBody } from './split-body.ts';
import { versionBody } from './version-body.ts';

export interface ActionCall {
  readonly context: GoogleContext;
  readonly home: ApplicationHome;
  readonly signal: AbortSignal | undefined;
  readonly emit: Emit;
  /** Google's operation of an action that was begun by a former process. */
  readonly begun: string | undefined;
  readonly onStarted: (name: string) => void;
  readonly deploymentOf: (id: string) => Deployment | undefined;
}

/** What the journal is to remember of it. */
export interface ActionResult {
  readonly version?: { readonly key: string; readonly deployment: string; readonly createTime: string };
  readonly settings?: Readonly<Record<string, KnownSettings<never>>>;
  readonly gone?: string;
}

export async function runAction(call: ActionCall, action: Action): Promise<ActionResult> {
  switch (action.do) {
    case 'create':
      return createVersion(call, action);
    case 'status':
      await patchVersion(call, action, { servingStatus: action.status === 'serving' ? 'SERVING' : 'STOPPED' });
      return {};
    case 'scale':
      await patchVersion(call, action, { manualScaling: { instances: action.instances } });
      return {};
    case 'delete':
      await deleteVersion(call, action);
      return { gone: versionKey(action) };
    case 'traffic': {
      const path = `${appPath(call.home.id)}/services/${action.module}`;
      const query = { updateMask: 'split', migrateTraffic: false };
      const request = { method: 'PATCH', path, query, json: { split: splitBody(keptSplit(action.split)) } } as const;
      await change(call, request, [
        `services/${action.module}`,
        'UpdateService',
        `moving the traffic of ${action.module}`,
      ]);
      return {};
    }
    case 'settings': {
      const { context, home, signal, emit, onStarted } = call;
      const value = action.value[action.kind];
      const known = await writeSettings({ context, home, signal, emit, onStarted }, action.kind, value as never);
      return { settings: { [action.kind]: known as KnownSettings<never> } };
    }
  }
}

type VersionAction = Extract<Action, { readonly version: string }>;

async function createVersion(
  call: ActionCall,
  action: Extract<Action, { readonly do: 'create' }>,
): Promise<ActionResult> {
  const { context, home, signal, emit } = call;
  const { module, version } = action;
  const key = versionKey(action);
  const deployment = call.deploymentOf(action.deployment);
  if (!deployment) throw new Error(`the journal has lost ${action.deployment}`);
  emit({ type: 'version-phase', module, version, phase: 'building' });
  const body = versionBody(
    version,
    deployment.spec,
    await findStagedManifest(context, home, { ...action, ...deployment, signal }),
  );
  const path = `${appPath(home.id)}/services/${module}/versions`;
  const explain = (operation: GoogleOperation) => explainVersion(context, home.id, { module, version, operation });
  const begun = await begunOperation(call);
  if (begun === undefined || begun.error !== undefined) {
    const request = { method: 'POST', path, json: body } as const;
    await change(
      { ...call, begun: undefined },
      request,
      [`services/${module}/versions/${version}`, 'CreateVersion', `creating ${key}`],
      explain,
    );
  }
  const created = await context.client.json<VersionResource>({
    api: 'appengine',
    method: 'GET',
    path: `${path}/${version}`,
    signal,
  });
  // A version that was stopped before keeps that when it is replaced.
  if (created.servingStatus === 'STOPPED') await patchVersion(call, action, { servingStatus: 'SERVING' });
  emit({ type: 'version-phase', module, version, phase: 'healthy' });
  return { version: { key, deployment: action.deployment, createTime: created.createTime ?? '' } };
}

/** A former process may have begun it: then it is followed to its end instead of being done again. */
async function begunOperation(call: ActionCall): Promise<GoogleOperation | undefined> {
  const { context, begun, signal } = call;
  if (begun === undefined) return undefined;
  try {
    const path = `/v1/${begun}`;
    const found = await context.client.json<GoogleOperation>({ api: 'appengine', method: 'GET', path, signal });
    return await follow(context, found, call);
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

async function patchVersion(call: ActionCall, { module, version }: VersionAction, json: object): Promise<void> {
  const target = `services/${module}/versions/${version}`;
  const mask = 'manualScaling' in json ? 'manualScaling.instances' : 'servingStatus';
  const request = {
    method: 'PATCH',
    path: `${appPath(call.home.id)}/${target}`,
    query: { updateMask: mask },
    json,
  } as const;
  await change(call, request, [target, 'UpdateVersion', `changing ${module}:${version}`]);
}

async function deleteVersion(call: ActionCall, { module, version }: VersionAction): Promise<void> {
  const service = `services/${module}`;
  const path = `${appPath(call.home.id)}/${service}`;
  const { client } = call.context;
  const request = {
    api: 'appengine',
    method: 'GET',
    path: `${path}/versions`,
    query: { pageSize: 100 },
    signal: call.signal,
  } as const;
  const versions = (await client.list<VersionResource>(request, 'versions')) ?? [];
  if (!versions.some(({ id }) => id === version)) return;
  const isLast = versions.length === 1;
  const target = isLast ? service : `${service}/versions/${version}`;
  const what = isLast ? `deleting module ${module}` : `deleting ${module}:${version}`;
  try {
    const mutation = { method: 'DELETE', path: `${appPath(call.home.id)}/${target}` } as const;
    await change(call, mutation, [target, isLast ? 'DeleteService' : 'DeleteVersion', what]);
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
}

function change(
  { context, home, signal, emit, onStarted }: ActionCall,
  request: Omit<ApiRequest, 'api' | 'signal'>,
  [target, method, what]: readonly [target: string, method: string, what: string],
  explain?: Following['explain'],
): Promise<GoogleOperation> {
  const mutation = { application: home.id, request, target, method, what };
  return mutate(context, mutation, { signal, emit, onStarted, ...(explain ? { explain } : {}) });
}
