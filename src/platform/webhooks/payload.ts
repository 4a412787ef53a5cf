/** An operation that ended -> what web-hooks are told. Pure; names, versions and addresses only, never a value. */
import { urlOf } from '../../model/host.ts';
import { DEFAULT_MODULE } from '../../model/names.ts';
import type { Operation } from '../../model/operation.ts';
import type { ReleaseSummary } from '../../model/release.ts';
import type { SourceCommit } from '../../model/source-commit.ts';
import type { WebhookEvent } from '../../model/webhook.ts';
import type { PayloadModule, ReleasePayload } from '../../model/webhook-payload.ts';
import { type LiveState, moduleNames } from '../live-state.ts';

export interface PayloadFacts {
  readonly operation: Operation;
  /** What the journal had of it. */
  readonly request: unknown;
  /** As it is now. */
  readonly live: LiveState;
  /** That is live now. */
  readonly release: ReleaseSummary | undefined;
  readonly defaultHostname: string;
}

/** The parts of journalled requests that are told. */
interface ToldRequest {
  readonly uploads?: readonly { readonly module: string; readonly version: string }[];
  readonly traffic?: Readonly<Record<string, unknown>>;
  readonly splits?: Readonly<Record<string, unknown>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly set?: Readonly<Record<string, unknown>>;
  readonly unset?: readonly string[];
  readonly release?: string;
  readonly message?: string;
  readonly commit?: SourceCommit;
}

/** Without the id, which every delivery has of its own. */
export function releasePayload(event: WebhookEvent, facts: PayloadFacts): Omit<ReleasePayload, 'id'> {
  const { operation, live, release, defaultHostname } = facts;
  const request = (facts.request as { readonly request?: ToldRequest } | undefined)?.request ?? {};
  const isReleased = event === 'release.live' || event === 'release.rolled-back';
  const about = isReleased && release ? release : request;
  return {
    event,
    time: operation.finishedAt ?? operation.createdAt,
    application: operation.application,
    url: urlOf(defaultHostname, { module: DEFAULT_MODULE }),
    by: operation.createdBy,
    operation: { id: operation.id, kind: operation.kind },
    ...(release === undefined ? {} : { release: release.id }),
    ...(about.message === undefined ? {} : { message: about.message }),
    ...(about.commit === undefined ? {} : { commit: about.commit }),
    changes: isReleased && release ? release.changes : wishedChanges(operation, request),
    modules: modulesOf(live, defaultHostname),
    ...(operation.error === undefined
      ? {}
      : { error: { code: operation.error.code, message: operation.error.message } }),
  };
}

/** In the words that a release has for them. */
function wishedChanges({ kind }: Operation, request: ToldRequest): readonly string[] {
  const { uploads = [], traffic = {}, splits = {}, settings = {}, set = {}, unset = [], release } = request;
  return [
    ...(kind === 'rollback' ? [`rollback to ${release ?? 'the release before'}`] : []),
    ...uploads.map(({ module, version }) => `${module}:${version}`),
    ...Object.keys({ ...traffic, ...splits }).map((module) => `traffic of ${module}`),
    ...Object.keys(settings),
    ...Object.keys(set).map((name) => `secret ${name}`),
    ...unset.map((name) => `no secret ${name}`),
  ];
}

function modulesOf(live: LiveState, defaultHostname: string): readonly PayloadModule[] {
  return moduleNames(live).flatMap((name): PayloadModule[] => {
    const module = live.modules[name];
    if (!module) return [];
    const versions = Object.entries(module.versions).map(([id, { servingStatus }]) => ({
      id,
      url: urlOf(defaultHostname, { module: name, version: id }),
      servingStatus,
    }));
    return [{ name, url: urlOf(defaultHostname, { module: name }), traffic: module.split.allocations, versions }];
  });
}
