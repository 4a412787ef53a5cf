/** Releases and operations -> tables. */
import type { Operation } from '../../model/operation.ts';
import type { ReleaseSummary } from '../../model/release.ts';
import { commitText } from '../../model/source-commit.ts';
import type { PinResult } from '../../operate/pin-release.ts';
import { localTime } from './quantity.ts';
import type { Style } from './style.ts';
import { renderTable } from './table.ts';

export function renderReleases(releases: readonly ReleaseSummary[], style: Style): string {
  return renderTable(
    releases,
    [
      { header: 'RELEASE', cell: (row) => (row.isCurrent ? style.green(`${row.id} (live)`) : row.id) },
      { header: 'MADE', cell: (row) => localTime(row.createdAt) },
      { header: 'BY', cell: (row) => row.createdBy },
      ...(releases.some(({ commit }) => commit) ? [commitColumn] : []),
      ...(releases.some(({ pin }) => pin) ? [pinColumn] : []),
      { header: 'MESSAGE', cell: (row) => row.message ?? '' },
      { header: 'CHANGES', cell: (row) => row.changes.join(', ') },
    ],
    style,
  );
}

const commitColumn = {
  header: 'COMMIT',
  cell: ({ commit }: ReleaseSummary) => (commit === undefined ? '' : commitText(commit)),
};

const pinColumn = {
  header: 'PINNED',
  cell: ({ pin }: ReleaseSummary) => (pin === undefined ? '' : (pin.reason ?? `by ${pin.by}`)),
};

/** @param isPinned what was asked for */
export function renderPin({ release, isDryRun, isChanged }: PinResult, isPinned: boolean): string {
  const { id } = release;
  if (!isChanged) return isPinned ? `Release ${id} is pinned already.` : `Release ${id} is not pinned.`;
  if (isDryRun) return `Release ${id} would be ${isPinned ? 'pinned' : 'unpinned'}.`;
  return isPinned
    ? `Release ${id} is pinned: it is kept until appcfg releases unpin ${id}`
    : `Release ${id} is no longer pinned.`;
}

export function renderOperations(operations: readonly Operation[], style: Style): string {
  return renderTable(
    operations,
    [
      { header: 'OPERATION', cell: (row) => row.id },
      { header: 'KIND', cell: (row) => row.kind },
      { header: 'STATE', cell: (row) => stateText(row, style) },
      { header: 'BEGUN', cell: (row) => localTime(row.createdAt) },
      { header: 'BY', cell: (row) => row.createdBy },
      { header: 'ERROR', cell: (row) => row.error?.message ?? '' },
    ],
    style,
  );
}

function stateText({ state }: Operation, style: Style): string {
  if (state === 'failed') return style.red(state);
  return state === 'done' ? style.green(state) : style.yellow(state);
}
