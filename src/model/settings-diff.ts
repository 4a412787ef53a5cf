/** Which dispatch rules, cron jobs, queues, indexes and blocked subnets differ. Pure. */
import { type Settings, type SettingsKind, settingsKinds } from './settings.ts';

export interface SettingsChange {
  readonly kind: SettingsKind;
  /** What people know the entry by: an address, a name. */
  readonly name: string;
  readonly change: 'added' | 'changed' | 'removed';
}

type Entries = ReadonlyMap<string, string>;

export function settingsDiff(before: Settings, after: Settings): readonly SettingsChange[] {
  return settingsKinds.flatMap((kind) => {
    const was = entries(kind, before);
    const is = entries(kind, after);
    return [...new Set([...was.keys(), ...is.keys()])].flatMap((name): SettingsChange[] => {
      if (was.get(name) === is.get(name)) return [];
      return [{ kind, name, change: !was.has(name) ? 'added' : is.has(name) ? 'changed' : 'removed' }];
    });
  });
}

/** Name -> its text. The order of dispatch rules decides, so that it is part of them. */
function entries(kind: SettingsKind, settings: Settings): Entries {
  switch (kind) {
    case 'dispatch':
      return named(settings.dispatch.map((rule, position) => [rule.url, { ...rule, position }]));
    case 'cron':
      return named(
        settings.cron.map((job) => [job.target === undefined ? job.url : `${job.url} (${job.target})`, job]),
      );
    case 'queues':
      return named(settings.queues.queues.map((queue) => [queue.name, queue]));
    case 'indexes':
      return named(settings.indexes.map((index) => [indexName(index), index]));
    case 'dos':
      return named(settings.dos.map((rule) => [rule.subnet, rule]));
  }
}

function indexName({ kind, ancestor, properties }: Settings['indexes'][number]): string {
  const names = properties.map(({ name, direction }) => (direction === 'desc' ? `-${name}` : name));
  return `${kind}(${[...(ancestor ? ['ancestor'] : []), ...names].join(', ')})`;
}

/** Two of one name become one and `name #2`. */
function named(pairs: readonly (readonly [string, unknown])[]): Entries {
  const found = new Map<string, string>();
  for (const [name, value] of pairs) {
    let free = name;
    for (let number = 2; found.has(free); number += 1) free = `${name} #${number}`;
    found.set(free, JSON.stringify(value));
  }
  return found;
}
