/**
 * Named steps of what the platform does, at which tests end it.
 *
 * `APPCFG_CRASH_AT=release.prepared` makes the platform kill itself (SIGKILL) when it comes to that step;
 * `release.materialised#2` when it comes there for the second time. It is an aid for the tests of the journal, and
 * nothing happens at a checkpoint unless it is set.
 */
import type { OperationKind } from '../model/operation.ts';

export type OperationStep =
  | 'accepted'
  | 'materialised'
  | 'preparing'
  | 'prepared'
  | 'committing'
  | 'committed'
  | 'swapped'
  | 'ended';
export type CollectionStep = 'releases' | 'directory' | 'blob';
export type CheckpointName = `${OperationKind}.${OperationStep}` | `collection.${CollectionStep}`;
export type Checkpoint = (name: CheckpointName) => void;

/** undefined unless the environment asks for a crash. */
export function crashCheckpoint(environment: Readonly<Record<string, string | undefined>>): Checkpoint | undefined {
  const [wanted, time = '1'] = (environment.APPCFG_CRASH_AT ?? '').split('#');
  if (!wanted) return undefined;
  let passed = 0;
  return (name) => {
    if (name !== wanted) return;
    passed += 1;
    if (passed === Number(time)) process.kill(process.pid, 'SIGKILL');
  };
}
