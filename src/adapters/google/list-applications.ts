/** Which applications this login may see: those of the user's project, or of all projects. */
import { runTogether } from '../../support/run-together.ts';
import type { ServiceResource } from './api-types.ts';
import { appPath, type GoogleContext } from './google-context.ts';
import { statusOf } from './refusal.ts';

interface Call {
  readonly signal?: AbortSignal | undefined;
}

const AT_ONCE = 8;

/** In order of their names; projects without an application, or with an empty one, are none. */
export async function listApplications(context: GoogleContext, { signal }: Call = {}): Promise<readonly string[]> {
  const projects =
    context.project === undefined || context.project === '' ? await listProjects(context, signal) : [context.project];
  const found: string[] = [];
  await runTogether(projects, AT_ONCE, async (project) => {
    if (await hasModules(context, project, signal)) found.push(project);
  });
  return found.sort();
}

async function listProjects({ client }: GoogleContext, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const request = {
    api: 'projects',
    method: 'GET',
    path: '/v1/projects',
    query: { filter: 'lifecycleState:ACTIVE' },
    signal,
  } as const;
  const projects = (await client.list<{ readonly projectId?: string }>(request, 'projects')) ?? [];
  return projects.flatMap(({ projectId }) => projectId ?? []);
}

async function hasModules(
  { client }: GoogleContext,
  project: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    const path = `${appPath(project)}/services`;
    const request = { api: 'appengine', method: 'GET', path, query: { pageSize: 1 }, signal } as const;
    const { services = [] } = await client.json<{ readonly services?: readonly ServiceResource[] }>(request);
    return services.length > 0;
  } catch (error) {
    if ([403, 404].includes(statusOf(error) ?? 0)) return false;
    throw error;
  }
}
