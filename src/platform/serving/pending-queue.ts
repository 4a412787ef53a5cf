/** Requests that wait for an instance: ordinary ones before tasks, each in order of arrival. */
import type { ClaimOptions } from './version-pool.ts';

export interface WaitingClaim {
  readonly options: ClaimOptions;
  /** Monotonic. */
  readonly sinceMs: number;
}

export class PendingQueue<T extends WaitingClaim> {
  readonly #ordinary = new Set<T>();
  readonly #tasks = new Set<T>();

  get size(): number {
    return this.#ordinary.size + this.#tasks.size;
  }

  add(entry: T): void {
    (entry.options.isTask === true ? this.#tasks : this.#ordinary).add(entry);
  }

  /** False when it was not waiting any more. */
  remove(entry: T): boolean {
    return this.#ordinary.delete(entry) || this.#tasks.delete(entry);
  }

  /** Entries may be removed while they are gone through. */
  *inOrder(): Generator<T> {
    yield* this.#ordinary;
    yield* this.#tasks;
  }
}
