/** What stands in the way of deploys to Google: login, application, each permission with the role that has it. */
import type { BackendFinding } from '../../backend/backend.ts';
import { type AppcfgError, isAppcfgError, messageOf } from '../../errors.ts';
import type { ApplicationHome, ApplicationHomes } from './application-home.ts';
import type { GoogleContext } from './google-context.ts';
import { type Permission, permissions } from './permissions.ts';

interface Call {
  readonly signal?: AbortSignal | undefined;
}

export async function diagnose(
  context: GoogleContext,
  homes: ApplicationHomes,
  named: string | undefined,
  call: Call = {},
): Promise<readonly BackendFinding[]> {
  const login = await loginFinding(context);
  const project = named ?? context.project;
  if (login.state === 'error') return [login];
  if (!project) {
    const hint = 'Name it with -A, or set it: gcloud config set project PROJECT (or GOOGLE_CLOUD_PROJECT).';
    return [login, { what: 'Google project', state: 'warning', detail: 'none is named', hint }];
  }
  const found = await applicationFinding(homes, project, call);
  const checked = await permissionFindings(context, project, found.home, call);
  return [login, found.finding, ...checked];
}

async function loginFinding({ login, endpoints }: GoogleContext): Promise<BackendFinding> {
  const what = 'Google login';
  const where = endpoints.appengine === 'https://appengine.googleapis.com' ? '' : `, for ${endpoints.appengine}`;
  if (!login) return { what, state: 'warning', detail: `none, as CLOUDSDK_AUTH_DISABLE_CREDENTIALS wants it${where}` };
  try {
    await login.token();
    return { what, state: 'ok', detail: `${login.source}${where}` };
  } catch (error) {
    return { what, state: 'error', detail: `${login.source}: ${messageOf(error)}`, ...hintOf(error) };
  }
}

async function applicationFinding(homes: ApplicationHomes, project: string, call: Call) {
  const what = 'App Engine application';
  try {
    const home = await homes.find(project, call);
    if (home) {
      const { locationId = '?', servingStatus = 'SERVING' } = home.resource;
      const isServing = servingStatus === 'SERVING';
      const detail = `${project} in ${locationId}${isServing ? '' : `, disabled (${servingStatus})`}`;
      return { home, finding: { what, state: isServing ? 'ok' : 'error', detail } satisfies BackendFinding };
    }
    const hint = `Create it: gcloud app create --project ${project} --region REGION (the region can never be changed).`;
    return { finding: { what, state: 'error', detail: `project ${project} has none`, hint } satisfies BackendFinding };
  } catch (error) {
    return { finding: { what, state: 'error', detail: messageOf(error), ...hintOf(error) } satisfies BackendFinding };
  }
}

/** Asked of Google in three requests; permissions may be granted on the project, the bucket or the account. */
async function permissionFindings(
  context: GoogleContext,
  project: string,
  home: ApplicationHome | undefined,
  call: Call,
): Promise<readonly BackendFinding[]> {
  const what = 'Google permissions';
  try {
    const granted = new Set(
      (
        await Promise.all([
          onProject(context, project, call),
          onBucket(context, home, call),
          onAccount(context, home, call),
        ])
      ).flat(),
    );
    const missing = permissions.filter(({ name }) => !granted.has(name));
    const have: BackendFinding = {
      what,
      state: 'ok',
      detail: `${permissions.length - missing.length} of ${permissions.length} that appcfg can use`,
    };
    return [have, ...missing.map((permission) => missingFinding(permission, project))];
  } catch (error) {
    const detail = `could not be asked for: ${messageOf(error)}`;
    return [{ what, state: 'warning', detail, ...hintOf(error) }];
  }
}

function missingFinding({ name, role, purpose, isOptional = false }: Permission, project: string): BackendFinding {
  const hint = `Grant ${role} to this login, for example: gcloud projects add-iam-policy-binding ${project} --member=MEMBER --role=${role.split(' ')[0]}`;
  return { what: name, state: isOptional ? 'warning' : 'error', detail: `missing: needed to ${purpose}`, hint };
}

interface Granted {
  readonly permissions?: readonly string[];
}

const onlyOf = (prefix: RegExp) => permissions.map(({ name }) => name).filter((name) => prefix.test(name));

async function onProject({ client }: GoogleContext, project: string, { signal }: Call): Promise<readonly string[]> {
  const path = `/v1/projects/${encodeURIComponent(project)}:testIamPermissions`;
  const json = { permissions: permissions.map(({ name }) => name).filter((name) => !name.endsWith('.actAs')) };
  const request = { api: 'projects', method: 'POST', path, json, signal, isRepeatable: true } as const;
  return (await client.json<Granted>(request)).permissions ?? [];
}

async function onBucket(
  { client }: GoogleContext,
  home: ApplicationHome | undefined,
  { signal }: Call,
): Promise<readonly string[]> {
  if (home?.resource.codeBucket === undefined) return [];
  const wanted = onlyOf(/^storage\./).map((name) => `permissions=${name}`);
  const path = `/storage/v1/b/${encodeURIComponent(home.staging.name)}/iam/testPermissions?${wanted.join('&')}`;
  return optional(client.json<Granted>({ api: 'storage', method: 'GET', path, signal }));
}

async function onAccount(
  { client }: GoogleContext,
  home: ApplicationHome | undefined,
  { signal }: Call,
): Promise<readonly string[]> {
  const account = home?.resource.serviceAccount ?? (home && `${home.id}@appspot.gserviceaccount.com`);
  if (account === undefined) return [];
  const path = `/v1/projects/-/serviceAccounts/${encodeURIComponent(account)}:testIamPermissions`;
  const json = { permissions: onlyOf(/\.actAs$/) };
  return optional(client.json<Granted>({ api: 'iam', method: 'POST', path, json, signal, isRepeatable: true }));
}

/** Who may not even ask has not got it there. */
async function optional(asked: Promise<Granted>): Promise<readonly string[]> {
  try {
    return (await asked).permissions ?? [];
  } catch (error) {
    if (isAppcfgError(error) && ['google.forbidden', 'google.api-disabled', 'google.refused'].includes(error.code))
      return [];
    throw error;
  }
}

function hintOf(error: unknown): { readonly hint?: string } {
  const hint = isAppcfgError(error) ? (error as AppcfgError).hints[0] : undefined;
  return hint === undefined ? {} : { hint };
}
