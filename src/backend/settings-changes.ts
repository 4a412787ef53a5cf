/** What replacing a kind of settings does to its entries, one by one. Pure. */
import type { IndexDefinition, Settings, SettingsKind } from '../model/settings.ts';
import { canonicalJson } from '../support/canonical-json.ts';

export interface SettingsEntryChange {
  readonly action: 'create' | 'update' | 'delete' | 'pause' | 'reorder';
  /** For people: `*\/mobile/* -> mobile-frontend`. */
  readonly entry: string;
}

/** An entry with what identifies it: two of the same key are one entry before and after. */
interface Entry {
  readonly key: string;
  readonly label: string;
  readonly value: unknown;
  /** What taking it out of the file does: a queue keeps its tasks and pauses (App Engine docs). */
  readonly removal: 'delete' | 'pause';
}

/** The value that a deploy makes live: files replace, but index.yaml only ever adds (indexes are vacuumed apart). */
export function mergedSettings<K extends SettingsKind>(kind: K, current: Settings[K], file: Settings[K]): Settings[K] {
  if (kind !== 'indexes') return file;
  const before = current as readonly IndexDefinition[];
  const known = new Set(before.map(canonicalJson));
  const added = (file as readonly IndexDefinition[]).filter((index) => !known.has(canonicalJson(index)));
  return (added.length === 0 ? before : [...before, ...added]) as Settings[K];
}

export function settingsChanges<K extends SettingsKind>(
  kind: K,
  before: Settings[K],
  after: Settings[K],
): readonly SettingsEntryChange[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  const old = byKey(entriesOf(kind, before));
  const next = byKey(entriesOf(kind, after));
  const changes: SettingsEntryChange[] = [];
  for (const [key, entry] of next) {
    const former = old.get(key);
    if (!former) changes.push({ action: 'create', entry: entry.label });
    else if (canonicalJson(former.value) !== canonicalJson(entry.value))
      changes.push({ action: 'update', entry: entry.label });
  }
  for (const [key, entry] of old) {
    if (!next.has(key)) changes.push({ action: entry.removal, entry: entry.label });
  }
  return changes.length > 0 ? changes : [{ action: 'reorder', entry: kind }];
}

/** Entries that are there twice count as separate ones. */
function byKey(entries: readonly Entry[]): ReadonlyMap<string, Entry> {
  const found = new Map<string, Entry>();
  for (const entry of entries) {
    let key = entry.key;
    for (let copy = 2; found.has(key); copy += 1) key = `${entry.key} #${copy}`;
    found.set(key, entry);
  }
  return found;
}

function entriesOf(kind: SettingsKind, value: Settings[SettingsKind]): readonly Entry[] {
  switch (kind) {
    case 'dispatch':
      return (value as Settings['dispatch']).map((rule) => ({
        key: rule.url,
        label: `${rule.url} -> ${rule.module}`,
        value: rule,
        removal: 'delete',
      }));
    case 'cron':
      return (value as Settings['cron']).map((job) => ({
        key: job.url,
        label: `${job.url} (${job.schedule}, ${job.timezone})`,
        value: job,
        removal: 'delete',
      }));
    case 'queues':
      return queueEntries(value as Settings['queues']);
    case 'indexes':
      return (value as Settings['indexes']).map((index) => ({
        key: canonicalJson(index),
        label: indexLabel(index),
        value: index,
        removal: 'delete',
      }));
    case 'dos':
      return (value as Settings['dos']).map((rule) => ({
        key: rule.subnet,
        label: rule.subnet,
        value: rule,
        removal: 'delete',
      }));
  }
}

function queueEntries(settings: Settings['queues']): readonly Entry[] {
  const { queues, ...whole } = settings;
  const entries: Entry[] = queues.map((queue) => ({
    key: `queue ${queue.name}`,
    label: queue.name,
    value: queue,
    removal: 'pause',
  }));
  if (Object.values(whole).some((value) => value !== undefined)) {
    entries.push({ key: 'whole', label: 'the settings of all queues', value: whole, removal: 'delete' });
  }
  return entries;
}

/** `dispatch: create *\/mobile/* -> mobile-frontend` */
export function settingsLine(kind: SettingsKind, { action, entry }: SettingsEntryChange): string {
  return action === 'reorder' ? `${kind}: change the order` : `${kind}: ${action} ${entry}`;
}

export function indexLabel(index: IndexDefinition): string {
  const properties = index.properties.map((property) =>
    [property.name, property.direction ?? property.mode].filter(Boolean).join(' '),
  );
  return `${index.kind} (${[...(index.ancestor ? ['ancestor'] : []), ...properties].join(', ')})`;
}
