/** All kinds of settings at Google, and the files they came from where nobody changed them since. */
import { isAppcfgError } from '../../../errors.ts';
import { emptySettings, type Settings, type SettingsKind, settingsKinds } from '../../../model/settings.ts';
import { digestOfValue } from '../../../support/digest.ts';
import { appPath } from '../google-context.ts';
import type { JournalState, KnownSettings } from '../journal-state.ts';
import { cronAccess } from './cron.ts';
import { dispatchAccess } from './dispatch.ts';
import { firewallAccess } from './firewall.ts';
import { indexesAccess } from './indexes.ts';
import { queuesAccess } from './queues.ts';
import type { SettingsAccess, SettingsCall } from './settings-access.ts';

const accesses: { readonly [K in SettingsKind]: SettingsAccess<K> } = {
  dispatch: dispatchAccess,
  cron: cronAccess,
  queues: queuesAccess,
  indexes: indexesAccess,
  dos: firewallAccess,
};

export async function readSettings(call: SettingsCall, state: JournalState): Promise<Settings> {
  const values = await Promise.all(
    settingsKinds.map(async (kind) => [kind, await readKind(call, kind, state)] as const),
  );
  return { ...emptySettings, ...Object.fromEntries(values) };
}

async function readKind<K extends SettingsKind>(
  call: SettingsCall,
  kind: K,
  state: JournalState,
): Promise<Settings[K]> {
  const live = await liveValue(call, kind);
  const known = state.settings[kind] as KnownSettings<K> | undefined;
  if (live === undefined) return known?.value ?? emptySettings[kind];
  return known?.observed === digestOfValue(live) ? known.value : live;
}

/** undefined where this login or project has no such API: then nothing of the kind was ever set. */
async function liveValue<K extends SettingsKind>(call: SettingsCall, kind: K): Promise<Settings[K] | undefined> {
  try {
    return await accesses[kind].read(call);
  } catch (error) {
    if (isAppcfgError(error) && (error.code === 'google.api-disabled' || error.code === 'google.forbidden'))
      return undefined;
    throw error;
  }
}

/** @returns what to remember, so that the file's own words are shown as long as nobody else changes anything */
export async function writeSettings<K extends SettingsKind>(
  call: SettingsCall,
  kind: K,
  value: Settings[K],
): Promise<KnownSettings<K>> {
  await accesses[kind].write(call, value);
  const home = kind === 'dispatch' ? await withFreshRules(call) : call.home;
  const live = await liveValue({ ...call, home }, kind);
  return { value, observed: digestOfValue(live) };
}

/** Dispatch rules are a part of the application, which was read before. */
async function withFreshRules({ context, home, signal }: SettingsCall): Promise<SettingsCall['home']> {
  const resource = await context.client.json<typeof home.resource>({
    api: 'appengine',
    method: 'GET',
    path: appPath(home.id),
    signal,
  });
  return { ...home, resource };
}
