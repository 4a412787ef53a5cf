/** Durable resources that only Google's API has: firewall rules, domain mappings, certificates, attributes. */
import type { StateStore } from './store/state-store.ts';

export type ResourceKind = 'application' | 'firewall' | 'domain' | 'certificate' | 'profile' | 'lock';

export interface ResourceName {
  readonly application: string;
  readonly kind: ResourceKind;
  readonly id: string;
}

export interface StoredResource<T> {
  readonly application: string;
  readonly id: string;
  readonly value: T;
}

export class ApiResources {
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  /** In order of the ids; of all applications when none is named. */
  list<T>(kind: ResourceKind, application?: string): readonly StoredResource<T>[] {
    const rows =
      application === undefined
        ? this.#store.all('SELECT * FROM api_resources WHERE kind = ? ORDER BY application, id', kind)
        : this.#store.all(
            'SELECT * FROM api_resources WHERE kind = ? AND application = ? ORDER BY id',
            kind,
            application,
          );
    return rows.map((row) => ({
      application: String(row.application),
      id: String(row.id),
      value: JSON.parse(String(row.value)) as T,
    }));
  }

  get<T>({ application, kind, id }: ResourceName): T | undefined {
    const row = this.#store.get(
      'SELECT value FROM api_resources WHERE application = ? AND kind = ? AND id = ?',
      application,
      kind,
      id,
    );
    return row && (JSON.parse(String(row.value)) as T);
  }

  /** Durable on return. */
  put(name: ResourceName, value: unknown): void {
    this.#put(name, value);
  }

  /** All of a kind at once. */
  replaceAll(application: string, kind: ResourceKind, values: ReadonlyMap<string, unknown>): void {
    this.#store.transaction(() => {
      this.#store.run('DELETE FROM api_resources WHERE application = ? AND kind = ?', application, kind);
      for (const [id, value] of values) this.#put({ application, kind, id }, value);
    });
  }

  /** False when there was none. */
  delete(name: ResourceName): boolean {
    if (this.get(name) === undefined) return false;
    const { application, kind, id } = name;
    this.#store.run('DELETE FROM api_resources WHERE application = ? AND kind = ? AND id = ?', application, kind, id);
    return true;
  }

  #put({ application, kind, id }: ResourceName, value: unknown): void {
    this.#store.run(
      'INSERT OR REPLACE INTO api_resources (application, kind, id, value) VALUES (?, ?, ?, ?)',
      application,
      kind,
      id,
      JSON.stringify(value),
    );
  }
}
