/** Long-running work on a backend. */
import type { AskedDeploy } from './asked-deploy.ts';
import type { ErrorBodyLike, OperationEvent } from './operation-event.ts';

export type OperationKind =
  | 'create'
  | 'release'
  | 'rollback'
  | 'start'
  | 'stop'
  | 'scale'
  | 'delete'
  | 'delete-module'
  | 'traffic'
  | 'ingress'
  | 'settings'
  | 'secrets';

/** The one module or version that an operation is about. */
export interface OperationTarget {
  readonly module?: string;
  readonly version?: string;
}

export interface Operation {
  readonly id: string;
  readonly application: string;
  readonly kind: OperationKind;
  readonly state: 'pending' | 'done' | 'failed';
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  readonly finishedAt?: string;
  readonly createdBy: string;
  /** Absent when it is about the whole application. */
  readonly target?: OperationTarget;
  /** Of a release that goes on, when a deploy asked for it. */
  readonly asked?: AskedDeploy;
  /** In order; a watcher that has seen n of them asks for those after n. */
  readonly events: readonly OperationEvent[];
  /** When done: the release that became live. */
  readonly release?: string;
  /** When failed. */
  readonly error?: ErrorBodyLike;
}
