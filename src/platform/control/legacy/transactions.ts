/** Uploads that are going on: one for each version of a module. In memory: what a crash takes, the client begins again. */
import type { ModuleFile } from '../../../config/app/parse-module-file.ts';
import { failure } from '../../../errors.ts';
import type { ManifestFile } from '../../../model/manifest.ts';
import type { Clock } from '../../../support/clock.ts';
import { refusal } from './legacy-request.ts';

export interface TransactionKey {
  readonly application: string;
  readonly module: string;
  readonly version: string;
}

export interface Transaction extends TransactionKey {
  readonly user: string;
  readonly file: ModuleFile;
  readonly files: Map<string, ManifestFile>;
  /** Of the release, once it was asked for. */
  operation: string | undefined;
  lastUsedMs: number;
}

const IDLE_MS = 60 * 60_000;
const MOST_OPEN = 100;

export class Transactions {
  readonly #clock: Clock;
  readonly #isOver: (operation: string) => boolean;
  readonly #open = new Map<string, Transaction>();

  /** @param isOver whether a release has ended: its transaction holds nobody up any more */
  constructor(clock: Clock, isOver: (operation: string) => boolean) {
    this.#clock = clock;
    this.#isOver = isOver;
  }

  /** @throws AppcfgError `legacy.transaction-open` */
  begin(key: TransactionKey, user: string, file: ModuleFile): Transaction {
    this.#dropIdle();
    const before = this.#open.get(nameOf(key));
    if (before && !this.#isDone(before)) {
      const { application, version } = key;
      throw failure('legacy.transaction-open', { application, version, user: before.user });
    }
    if (this.#open.size >= MOST_OPEN) throw refusal('Too many uploads are going on');
    const transaction: Transaction = {
      ...key,
      user,
      file,
      files: new Map(),
      operation: undefined,
      lastUsedMs: this.#clock.monotonicMs(),
    };
    this.#open.set(nameOf(key), transaction);
    return transaction;
  }

  /** @throws AppcfgError `api.refused` */
  require(key: TransactionKey): Transaction {
    const transaction = this.find(key);
    if (!transaction)
      throw refusal(`No upload of version ${key.version} of module ${key.module} is going on; begin it again`);
    transaction.lastUsedMs = this.#clock.monotonicMs();
    return transaction;
  }

  find(key: TransactionKey): Transaction | undefined {
    return this.#open.get(nameOf(key));
  }

  end(key: TransactionKey): void {
    this.#open.delete(nameOf(key));
  }

  #isDone({ operation }: Transaction): boolean {
    return operation !== undefined && this.#isOver(operation);
  }

  /** Of clients that went away. */
  #dropIdle(): void {
    const before = this.#clock.monotonicMs() - IDLE_MS;
    for (const [name, transaction] of this.#open) {
      if (this.#isDone(transaction) || (transaction.operation === undefined && transaction.lastUsedMs < before)) {
        this.#open.delete(name);
      }
    }
  }
}

function nameOf({ application, module, version }: TransactionKey): string {
  return JSON.stringify([application, module, version]);
}
