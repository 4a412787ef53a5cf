/** The backend's long-running work: list it, look at it, go back to waiting for it. */
import type { Operation } from '../model/operation.ts';
import type { OperateContext } from './operate-context.ts';

export interface OperationName {
  readonly application: string;
  readonly operation: string;
}

/** Newest first. */
export function listOperations(context: OperateContext, application: string): Promise<readonly Operation[]> {
  return context.backend.operations.list(application, { signal: context.signal });
}

/** @throws AppcfgError `operation.not-found` */
export function describeOperation(
  context: OperateContext,
  { application, operation }: OperationName,
): Promise<Operation> {
  return context.backend.operations.get(application, operation, { signal: context.signal });
}

/** @throws AppcfgError what the operation failed with, `operation.not-found` */
export function waitOperation(context: OperateContext, { application, operation }: OperationName): Promise<Operation> {
  return context.backend.operations.wait(application, operation, {
    signal: context.signal,
    onEvent: (event) => context.reporter?.event({ type: 'operation', event }),
  });
}
