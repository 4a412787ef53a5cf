/** Changes of a part of an application's settings, one after the other: these clients change one entry at a time. */
import { AppcfgError, type ErrorBody } from '../../../errors.ts';
import type { Settings } from '../../../model/settings.ts';
import { requireApplication } from '../../changes.ts';
import type { AdminParts } from '../admin/admin-parts.ts';
import { authorOf } from '../admin/request-facts.ts';
import type { RouteRequest } from '../route-table.ts';

const SETTLE_MS = 30_000;

export class SettingsTurns {
  readonly #parts: Pick<AdminParts, 'desired' | 'changes' | 'operations'>;
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(parts: Pick<AdminParts, 'desired' | 'changes' | 'operations'>) {
    this.#parts = parts;
  }

  settings(application: string): Settings {
    return requireApplication(this.#parts, application).live.settings;
  }

  /**
   * @param change from the settings as they are when its turn comes; undefined: nothing to change
   * @throws AppcfgError what `change` throws, or what the change failed with
   */
  change(
    application: string,
    request: Pick<RouteRequest, 'message' | 'caller'>,
    change: (settings: Settings) => Partial<Settings> | undefined,
  ): Promise<void> {
    const before = this.#turns.get(application) ?? Promise.resolve();
    const turn = before.then(() => this.#apply(application, request, change));
    const settled = turn.catch(() => {});
    this.#turns.set(application, settled);
    void settled.then(() => {
      if (this.#turns.get(application) === settled) this.#turns.delete(application);
    });
    return turn;
  }

  async #apply(
    application: string,
    request: Pick<RouteRequest, 'message' | 'caller'>,
    change: (settings: Settings) => Partial<Settings> | undefined,
  ): Promise<void> {
    const settings = change(this.settings(application));
    if (settings === undefined) return;
    const { changes, operations } = this.#parts;
    const { id } = changes.submit({ kind: 'settings', request: { application, settings, ...authorOf(request) } });
    const { error } = await operations.finished(id, SETTLE_MS);
    if (error) throw new AppcfgError(error as ErrorBody);
  }
}
