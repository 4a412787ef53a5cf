/** What differs between two releases, or between one and what is live. */
import { failure } from '../errors.ts';
import { type ReleaseDiff, releaseDiff } from '../model/release-diff.ts';
import { LIVE, type ReleaseSnapshot } from '../model/release-snapshot.ts';
import type { OperateContext } from './operate-context.ts';

export interface ComparedReleases {
  readonly application: string;
  /** `r3`, `live`, `local`. */
  readonly before: string;
  readonly after: string;
  readonly diff: ReleaseDiff;
}

/** @throws AppcfgError `application.not-found`, `release.not-found`, `backend.unsupported` */
export async function diffReleases(
  context: OperateContext,
  {
    application,
    before,
    after = LIVE,
  }: { readonly application: string; readonly before: string; readonly after?: string },
): Promise<ComparedReleases> {
  const [one, other] = await Promise.all([
    readRelease(context, application, before),
    readRelease(context, application, after),
  ]);
  return { application, before, after, diff: releaseDiff(one, other) };
}

/** @throws AppcfgError `application.not-found`, `release.not-found`, `backend.unsupported` */
export async function readRelease(
  { backend, signal }: OperateContext,
  application: string,
  release: string,
): Promise<ReleaseSnapshot> {
  const { releases } = backend;
  if (!releases.read)
    throw failure('backend.unsupported', { backend: backend.name, role: 'diff', others: ['platform'] });
  return releases.read(application, release, { signal });
}
