/** Long-running work on a backend. */
import type { ErrorBodyLike, OperationEvent } from './operation-event.ts';

export type OperationKind = 'release' | 'rollback' | 'start' | 'stop' | 'scale' | 'delete' | 'traffic' | 'settings';

export interface Operation {
  readonly id: string;
  readonly application: string;
  readonly kind: OperationKind;
  readonly state: 'pending' | 'done' | 'failed';
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  readonly finishedAt?: string;
  readonly createdBy: string;
  /** In order; a watcher that has seen n of them asks for those after n. */
  readonly events: readonly OperationEvent[];
  /** When done: the release that became live. */
  readonly release?: string;
  /** When failed. */
  readonly error?: ErrorBodyLike;
}
