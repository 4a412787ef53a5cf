/** Puts a former release back, whole: versions, traffic and settings. */
import { failure } from '../errors.ts';
import type { ReleaseSummary } from '../model/release.ts';
import { applyChange } from './apply-change.ts';
import { describeApplication } from './describe-application.ts';
import type { ChangeResult, OperateContext } from './operate-context.ts';

export interface RollbackRequest {
  readonly application: string;
  /** undefined: the one before the current one. */
  readonly release?: string;
  readonly isDryRun: boolean;
}

/** Newest first. @throws AppcfgError `application.not-found` */
export function listReleases(context: OperateContext, application: string): Promise<readonly ReleaseSummary[]> {
  return context.backend.releases.list(application, { signal: context.signal });
}

/** @throws AppcfgError `release.none-before`, `release.not-found`, `application.not-found` */
export async function rollbackRelease(context: OperateContext, request: RollbackRequest): Promise<ChangeResult> {
  const { application, isDryRun } = request;
  await describeApplication(context, application);
  const releases = await listReleases(context, application);
  const current = releases.find(({ isCurrent }) => isCurrent);
  const target = wantedRelease(releases, current, request);
  return applyChange(context, {
    application,
    what: `release ${target.id} was put back`,
    plan: target.id === current?.id ? [] : rollbackPlan(current, target),
    isDryRun,
    run: (options) => context.backend.releases.rollback(application, target.id, options),
  });
}

function wantedRelease(
  releases: readonly ReleaseSummary[],
  current: ReleaseSummary | undefined,
  { application, release }: RollbackRequest,
): ReleaseSummary {
  if (release !== undefined) {
    const found = releases.find(({ id }) => id === release);
    if (!found) throw failure('release.not-found', { application, release });
    return found;
  }
  const position = current ? releases.indexOf(current) : -1;
  const before = position < 0 ? undefined : releases[position + 1];
  if (!before) throw failure('release.none-before', { application });
  return before;
}

function rollbackPlan(current: ReleaseSummary | undefined, target: ReleaseSummary): readonly string[] {
  const now = versionIds(current);
  const then = versionIds(target);
  const lines: string[] = [];
  for (const [name, deployment] of then) {
    if (!now.has(name)) lines.push(`bring back ${name}`);
    else if (now.get(name) !== deployment) lines.push(`put back the former ${name}`);
  }
  for (const name of now.keys()) if (!then.has(name)) lines.push(`remove ${name}`);
  return [
    `go back to release ${target.id} of ${target.createdAt} by ${target.createdBy}`,
    ...lines,
    'traffic and settings as they were then',
  ];
}

/** `module:version` -> deployment id. */
function versionIds(release: ReleaseSummary | undefined): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(release?.versions ?? {}).flatMap(([module, versions]) =>
      Object.entries(versions).map(([version, deployment]): [string, string] => [`${module}:${version}`, deployment]),
    ),
  );
}
