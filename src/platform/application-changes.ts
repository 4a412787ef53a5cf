/** The one door through which every surface (extension, Admin API, legacy protocol) changes an application. */
import type { Ingress } from '../model/application.ts';
import type { Operation, OperationTarget } from '../model/operation.ts';
import type { ReleaseRequest } from '../model/release.ts';
import type { Settings } from '../model/settings.ts';
import type { TrafficSplit } from '../model/traffic.ts';
import type { LockProof } from './application-locks.ts';
import {
  createApplication,
  deleteModule,
  deleteVersion,
  type Named,
  replaceSettings,
  requireApplication,
  requireModule,
  requireNewApplication,
  requireVersion,
  rollback,
  setIngress,
  setInstances,
  setServingStatus,
  setTraffic,
} from './changes.ts';
import type { Operations, Work } from './operations.ts';
import { type ReleaseParts, release } from './release.ts';
import { changeSecrets, type SecretsRequest } from './secret-changes.ts';
import type { OperationRecord } from './stored-records.ts';

interface Author {
  readonly requestId: string;
  readonly createdBy: string;
}

/** What the journal keeps, tagged by what to do. */
export type ChangeRequest =
  | { readonly kind: 'create'; readonly request: { readonly application: string } & Author }
  | { readonly kind: 'release'; readonly request: ReleaseRequest }
  | {
      readonly kind: 'rollback';
      readonly request: { readonly application: string; readonly release?: string } & Author;
    }
  | {
      readonly kind: 'traffic';
      readonly request: {
        readonly application: string;
        readonly splits: Readonly<Record<string, TrafficSplit>>;
      } & Author;
    }
  | {
      readonly kind: 'ingress';
      readonly request: { readonly application: string; readonly module: string; readonly ingress: Ingress } & Author;
    }
  | { readonly kind: 'start' | 'stop'; readonly request: Named & Author }
  | { readonly kind: 'scale'; readonly request: Named & { readonly instances: number } & Author }
  | { readonly kind: 'delete'; readonly request: Named & Author }
  | {
      readonly kind: 'delete-module';
      readonly request: { readonly application: string; readonly module: string } & Author;
    }
  | {
      readonly kind: 'settings';
      readonly request: { readonly application: string; readonly settings: Partial<Settings> } & Author;
    }
  | { readonly kind: 'secrets'; readonly request: SecretsRequest };

export class ApplicationChanges {
  readonly #parts: ReleaseParts;
  readonly #operations: Operations;

  constructor(parts: ReleaseParts, operations: Operations) {
    this.#parts = parts;
    this.#operations = operations;
  }

  /**
   * Journals the change and starts it.
   * @param proof of a lock that its author holds
   * @throws AppcfgError at once when it names something that does not exist; nothing is journalled then
   */
  submit(change: ChangeRequest, proof?: LockProof): Operation {
    const { application, requestId, createdBy } = change.request;
    // Before the check: what the first one deleted is no reason to refuse its repetition.
    const repeated = this.#operations.repeated({ requestId, request: change });
    if (repeated) return repeated;
    this.#parts.locks?.check(application, proof);
    this.#check(change);
    const target = targetOf(change);
    const facts = { ...(target ? { target } : {}), ...askedOf(change) };
    return this.#operations.submit(
      { kind: change.kind, application, requestId, createdBy, request: change, ...facts },
      this.#work(change),
    );
  }

  /** Goes on with what a former run of the platform accepted and did not finish. */
  resume(record: OperationRecord): void {
    const change = record.request as ChangeRequest;
    const operation = { ...record.operation, ...askedOf(change) };
    this.#operations.resume({ ...record, operation }, this.#work(change));
  }

  #check(change: ChangeRequest): void {
    switch (change.kind) {
      case 'create':
        requireNewApplication(this.#parts, change.request.application);
        return;
      case 'release':
      case 'secrets':
        return;
      case 'rollback':
      case 'traffic':
      case 'settings':
        requireApplication(this.#parts, change.request.application);
        return;
      case 'start':
      case 'stop':
      case 'scale':
      case 'delete':
        requireVersion(this.#parts, change.request);
        return;
      case 'ingress':
      case 'delete-module':
        requireModule(this.#parts, change.request);
    }
  }

  #work(change: ChangeRequest): Work {
    const parts = this.#parts;
    switch (change.kind) {
      case 'create':
        return () => createApplication(parts, change.request);
      case 'release':
        return (context) => release(parts, change.request, context);
      case 'rollback':
        return (context) => rollback(parts, change.request, context);
      case 'traffic':
        return () => setTraffic(parts, change.request);
      case 'ingress':
        return () => setIngress(parts, change.request);
      case 'start':
        return () => setServingStatus(parts, { ...change.request, status: 'serving' });
      case 'stop':
        return () => setServingStatus(parts, { ...change.request, status: 'stopped' });
      case 'scale':
        return () => setInstances(parts, change.request);
      case 'delete':
        return () => deleteVersion(parts, change.request);
      case 'delete-module':
        return () => deleteModule(parts, change.request);
      case 'settings':
        return () => replaceSettings(parts, change.request);
      case 'secrets':
        return (context) => changeSecrets(parts, change.request, context);
    }
  }
}

/** Asked for only while the change goes on, so the journal of requests holds it well enough. */
function askedOf(change: ChangeRequest): Pick<Operation, 'asked'> {
  const asked = change.kind === 'release' ? change.request.asked : undefined;
  return asked === undefined ? {} : { asked };
}

function targetOf(change: ChangeRequest): OperationTarget | undefined {
  switch (change.kind) {
    case 'release': {
      const [first, ...others] = change.request.uploads;
      return first && others.length === 0 ? { module: first.module, version: first.version } : undefined;
    }
    case 'traffic': {
      const [first, ...others] = Object.keys(change.request.splits);
      return first !== undefined && others.length === 0 ? { module: first } : undefined;
    }
    case 'start':
    case 'stop':
    case 'scale':
    case 'delete':
      return { module: change.request.module, version: change.request.version };
    case 'ingress':
    case 'delete-module':
      return { module: change.request.module };
    case 'create':
    case 'rollback':
    case 'settings':
    case 'secrets':
      return undefined;
  }
}
