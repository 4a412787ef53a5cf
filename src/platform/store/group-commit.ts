/** Writes of many callers in one durable transaction: a disk can sync far less often than tasks come and go. */
import type { StateStore } from './state-store.ts';

interface Pending {
  readonly work: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommitOptions {
  readonly store: StateStore;
  /** Calls back soon, when others have had the time to join. */
  readonly defer?: (callback: () => void) => void;
}

export class GroupCommit {
  readonly #store: StateStore;
  readonly #defer: (callback: () => void) => void;
  #pending: Pending[] = [];

  constructor({ store, defer = setImmediate }: GroupCommitOptions) {
    this.#store = store;
    this.#defer = defer;
  }

  /**
   * Resolves when what `work` wrote is on disk, in the order of calls. Work must not throw on account of what it
   * finds: it shares its transaction with others.
   * @throws AppcfgError `store.write-failed` ...; nothing of the transaction was written then
   */
  run<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#pending.push({ work, resolve: resolve as (value: unknown) => void, reject });
      if (this.#pending.length === 1) this.#defer(() => this.flush());
    });
  }

  /** Writes what waits now. */
  flush(): void {
    const group = this.#pending;
    if (group.length === 0) return;
    this.#pending = [];
    let results: readonly unknown[];
    try {
      results = this.#store.transaction(() => group.map(({ work }) => work()));
    } catch (error) {
      for (const { reject } of group) reject(error);
      return;
    }
    for (const [index, { resolve }] of group.entries()) resolve(results[index]);
  }
}
