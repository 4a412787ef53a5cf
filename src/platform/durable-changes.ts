/**
 * Changes that code of the application itself makes (the modules API): they wait until one is durable, which is long
 * before its instances have settled. No lock of a person stops them.
 */
import { randomUUID } from 'node:crypto';
import { AppcfgError, type ErrorCode, failure } from '../errors.ts';
import type { ApplicationChanges, ChangeRequest } from './application-changes.ts';
import { NO_LOCK_NEEDED } from './application-locks.ts';
import type { DesiredState } from './desired-state.ts';
import type { Operations } from './operations.ts';

export interface DurableChangesParts {
  readonly changes: Pick<ApplicationChanges, 'submit'>;
  readonly operations: Pick<Operations, 'finished'>;
  readonly desired: Pick<DesiredState, 'operation'>;
}

/** Behind a release that is being prepared, a change waits this long for its turn. */
const MAX_WAIT_MS = 60_000;

export class DurableChanges {
  readonly #parts: DurableChangesParts;
  #waiting = new Set<() => void>();

  constructor(parts: DurableChangesParts) {
    this.#parts = parts;
  }

  /** To be called after every commit. */
  committed(): void {
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const wake of waiting) wake();
  }

  /** @throws AppcfgError what the change failed with, or `platform.closing` when it got no turn */
  async apply(changeOf: (requestId: string) => ChangeRequest): Promise<void> {
    const { changes, operations, desired } = this.#parts;
    const { id } = changes.submit(changeOf(randomUUID()), NO_LOCK_NEEDED);
    let isOver = false;
    const over = operations.finished(id, MAX_WAIT_MS).then(() => {
      isOver = true;
    });
    for (;;) {
      const operation = desired.operation(id)?.operation;
      if (operation?.state === 'done') return;
      if (operation?.error) throw new AppcfgError({ ...operation.error, code: operation.error.code as ErrorCode });
      if (isOver) throw failure('platform.closing', {});
      await Promise.race([over, new Promise<void>((resolve) => this.#waiting.add(resolve))]);
    }
  }
}
