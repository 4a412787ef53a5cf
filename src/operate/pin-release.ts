/** Pins a release, so that collection keeps it, and lets go of it again. */
import { requireRole } from '../backend/require-role.ts';
import { failure } from '../errors.ts';
import type { ReleaseSummary } from '../model/release.ts';
import type { OperateContext } from './operate-context.ts';
import { listReleases } from './rollback-release.ts';

export interface PinRequest {
  readonly application: string;
  readonly release: string;
  readonly isPinned: boolean;
  /** Why; for a pin only. */
  readonly reason?: string | undefined;
  readonly isDryRun: boolean;
}

export interface PinResult {
  readonly application: string;
  readonly release: ReleaseSummary;
  readonly isDryRun: boolean;
  readonly isChanged: boolean;
}

/** @throws AppcfgError `application.not-found`, `release.not-found`, `application.locked`, `backend.unsupported` */
export async function pinRelease(context: OperateContext, request: PinRequest): Promise<PinResult> {
  const { application, release: id, isPinned, reason, isDryRun } = request;
  const { signal } = context;
  const pins = requireRole(context.backend, 'pins');
  const release = (await listReleases(context, application)).find((found) => found.id === id);
  if (!release) throw failure('release.not-found', { application, release: id });
  const isSame = isPinned ? release.pin !== undefined && release.pin.reason === reason : release.pin === undefined;
  if (isSame || isDryRun) return { application, release, isDryRun, isChanged: !isSame };
  const after = isPinned
    ? await pins.pin(application, id, reason === undefined ? { signal } : { signal, reason })
    : await pins.unpin(application, id, { signal });
  return { application, release: after, isDryRun, isChanged: true };
}
