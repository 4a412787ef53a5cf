/** The values of secrets, sealed. They are opened only to start an instance. */
import { failure } from '../../errors.ts';
import type { SecretSummary } from '../../model/secret.ts';
import type { Clock } from '../../support/clock.ts';
import type { ChangeAuthor } from '../change-author.ts';
import type { StateStore } from '../store/state-store.ts';
import { seal, unseal } from './seal.ts';
import type { SecretBindings } from './secret-bindings.ts';

export class SecretStore {
  readonly #store: StateStore;
  readonly #key: () => string;
  readonly #clock: Clock;

  /** @param key made at its first use */
  constructor({
    store,
    key,
    clock,
  }: { readonly store: StateStore; readonly key: () => string; readonly clock: Clock }) {
    this.#store = store;
    this.#key = key;
    this.#clock = clock;
  }

  /** Stores new values, durable on return. The same request gets the same versions again. */
  put(application: string, values: Readonly<Record<string, string>>, author: ChangeAuthor): SecretBindings {
    const createdAt = new Date(this.#clock.now()).toISOString();
    return this.#store.transaction(() =>
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => {
          const repeated = this.#store.get(
            'SELECT version FROM secrets WHERE application = ? AND name = ? AND request_id = ?',
            ...[application, name, author.requestId],
          );
          if (repeated) return [name, Number(repeated.version)];
          const last = this.#store.get(
            'SELECT MAX(version) AS version FROM secrets WHERE application = ? AND name = ?',
            ...[application, name],
          );
          const version = Number(last?.version ?? 0) + 1;
          this.#store.run(
            `INSERT INTO secrets (application, name, version, sealed, request_id, created_at, created_by)
             VALUES (?, ?, ?, ?, ?, ?, ?)`,
            ...[application, name, version, seal(value, this.#key(), placeOf(application, name, version))],
            ...[author.requestId, createdAt, author.createdBy],
          );
          return [name, version];
        }),
      ),
    );
  }

  /** @throws AppcfgError `secret.unreadable` */
  open(application: string, bindings: SecretBindings): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(bindings).map(([name, version]) => {
        const row = this.#row(application, name, version);
        try {
          return [name, unseal(String(row?.sealed ?? ''), this.#key(), placeOf(application, name, version))];
        } catch (error) {
          throw failure('secret.unreadable', { application, name, version }, { cause: error });
        }
      }),
    );
  }

  /** By name. */
  list(application: string, bindings: SecretBindings): readonly SecretSummary[] {
    return Object.entries(bindings)
      .map(([name, version]) => {
        const row = this.#row(application, name, version);
        return { name, version, createdAt: String(row?.created_at ?? ''), createdBy: String(row?.created_by ?? '') };
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #row(application: string, name: string, version: number) {
    return this.#store.get(
      'SELECT * FROM secrets WHERE application = ? AND name = ? AND version = ?',
      ...[application, name, version],
    );
  }
}

function placeOf(application: string, name: string, version: number): string {
  return JSON.stringify([application, name, version]);
}
