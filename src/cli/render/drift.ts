/** How what is live differs from the files and from its release -> lines under the application. */
import { settingsLine } from '../../backend/settings-changes.ts';
import type { FilesDrift, ModuleDrift, SettingsDrift } from '../../operate/drift.ts';
import type { ChangeSinceRelease } from '../../operate/since-release.ts';
import { count, localTime } from './quantity.ts';
import type { Style } from './style.ts';

export function renderSinceRelease(changes: readonly ChangeSinceRelease[], style: Style): readonly string[] {
  if (changes.length === 0) return [];
  return [
    `  ${style.yellow('changed by hand since that release:')}`,
    ...changes.flatMap(({ lines, by, at }) => {
      const cause = by === undefined || at === undefined ? '' : ` (${by}, ${localTime(at)})`;
      return lines.map((line) => `    ${line}${cause}`);
    }),
  ];
}

export function renderFilesDrift({ modules, settings }: FilesDrift, style: Style): readonly string[] {
  const lines = [...modules.flatMap(moduleLines), ...settings.flatMap(settingsLines)];
  if (lines.length === 0) return [`  ${style.green('the same as the files here')}`];
  return [`  ${style.yellow('different from the files here:')}`, ...lines.map((line) => `    ${line}`)];
}

function moduleLines({ module, version = '', file, state, files, configuration }: ModuleDrift): readonly string[] {
  const name = version === '' ? module : `${module}:${version}`;
  switch (state) {
    case 'same':
      return [];
    case 'only-live':
      return [`${name}: deployed, and not among the files here`];
    case 'not-deployed':
      return [`${name} (${file}): not deployed`];
    case 'different':
      return [
        ...(configuration === undefined ? [] : [`${name}: ${file} changed: ${configuration.join(', ')}`]),
        ...(files === undefined ? [] : [`${name}: ${filesText(files)}`]),
      ];
  }
}

/** As many names as fit a line; `--json` has them all. */
const MOST_NAMES = 5;

function filesText(files: NonNullable<ModuleDrift['files']>): string {
  const parts = (['changed', 'added', 'removed'] as const).flatMap((what) => {
    const paths = files[what];
    if (paths.length === 0) return [];
    const more = paths.length > MOST_NAMES ? ' ...' : '';
    return [`${count(paths.length, 'file')} ${what} (${paths.slice(0, MOST_NAMES).join(', ')}${more})`];
  });
  return parts.length === 0 ? 'files changed' : parts.join(', ');
}

function settingsLines({ kind, changes }: SettingsDrift): readonly string[] {
  if (changes.length === 0) return [`${kind}: deployed, and not among the files here`];
  return changes.map((change) => `deploying would ${settingsLine(kind, change).replace(/^(\S+): (\S+)/, '$2 in $1:')}`);
}
