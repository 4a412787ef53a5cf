/** Which queues there are: what the last queue.yaml said, and those that a former one had and that hold tasks. */
import type { Queue } from '../../model/settings.ts';
import type { StateStore } from '../store/state-store.ts';
import type { StoredQueue } from './stored-task.ts';

export class QueueStore {
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  of(application: string): ReadonlyMap<string, StoredQueue> {
    const rows = this.#store.all('SELECT * FROM queues WHERE application = ? ORDER BY name', application);
    return new Map(
      rows.map((row) => [
        String(row.name),
        { settings: JSON.parse(String(row.settings)) as Queue, isPaused: Number(row.is_paused) === 1 },
      ]),
    );
  }

  put(application: string, { settings, isPaused }: StoredQueue): void {
    this.#store.run(
      `INSERT INTO queues (application, name, settings, is_paused) VALUES (?, ?, ?, ?)
       ON CONFLICT (application, name) DO UPDATE SET settings = excluded.settings, is_paused = excluded.is_paused`,
      application,
      settings.name,
      JSON.stringify(settings),
      isPaused ? 1 : 0,
    );
  }

  remove(application: string, name: string): void {
    this.#store.run('DELETE FROM queues WHERE application = ? AND name = ?', application, name);
  }

  /** Of the settings that the rows were made from: a change of it is an upload of queue.yaml. */
  digest(application: string): string | undefined {
    const row = this.#store.get('SELECT digest FROM queue_files WHERE application = ?', application);
    return row && String(row.digest);
  }

  setDigest(application: string, digest: string): void {
    this.#store.run(
      `INSERT INTO queue_files (application, digest) VALUES (?, ?)
       ON CONFLICT (application) DO UPDATE SET digest = excluded.digest`,
      application,
      digest,
    );
  }
}
