/** What every call of a backend takes besides its subject. */
import type { Operation } from '../model/operation.ts';
import type { OperationEvent } from '../model/operation-event.ts';

export interface VersionName {
  readonly application: string;
  readonly module: string;
  readonly version: string;
}

/** Passed to every call. `requestId` names a change, so that it may be repeated without being done twice. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly requestId?: string;
}

/** Called with what the backend reports while an operation runs. */
export type OperationListener = (event: OperationEvent) => void;

/** Aborting a watched change ends the watching: what the backend accepted goes on there. */
export interface WatchOptions extends CallOptions {
  readonly onEvent?: OperationListener;
  /** Called once, when the backend has taken the change on: from then on it is followed by its id. */
  readonly onAccepted?: (operation: Operation) => void;
}
