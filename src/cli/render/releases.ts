/** Releases and operations -> tables. */
import type { Operation } from '../../model/operation.ts';
import type { ReleaseSummary } from '../../model/release.ts';
import { commitText } from '../../model/source-commit.ts';
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
