/** Modules and versions -> tables and a page for one version. */

import { splitText } from '../../model/traffic.ts';
import type { VersionSpec } from '../../model/version-spec.ts';
import type { ListedModule, ListedVersion } from '../../operate/list-versions.ts';
import { renderPairs } from './pairs.ts';
import { bytes, count, localTime, percent } from './quantity.ts';
import type { Style } from './style.ts';
import { type Column, renderTable } from './table.ts';

export function renderVersions(versions: readonly ListedVersion[], style: Style): string {
  const columns: readonly Column<ListedVersion>[] = [
    { header: 'MODULE', cell: (row) => row.module },
    { header: 'VERSION', cell: (row) => (row.isDefault ? style.bold(row.version) : row.version) },
    { header: 'TRAFFIC', cell: (row) => percent(row.trafficShare), align: 'right' },
    { header: 'STATUS', cell: (row) => servingText(row.servingStatus, style) },
    { header: 'RUNTIME', cell: (row) => row.runtime },
    { header: 'SCALING', cell: scalingText },
    { header: 'DEPLOYED', cell: (row) => localTime(row.createdAt) },
    { header: 'BY', cell: (row) => row.createdBy },
    { header: 'URL', cell: (row) => style.cyan(row.url) },
  ];
  return renderTable(versions, columns, style);
}

export function renderModules(modules: readonly ListedModule[], style: Style): string {
  const columns: readonly Column<ListedModule>[] = [
    { header: 'MODULE', cell: (row) => row.module },
    { header: 'VERSIONS', cell: (row) => String(row.versions), align: 'right' },
    { header: 'TRAFFIC', cell: (row) => splitText(row.traffic) },
    { header: 'URL', cell: (row) => style.cyan(row.url) },
  ];
  return renderTable(modules, columns, style);
}

export function renderVersion(version: ListedVersion & { readonly spec: VersionSpec }, style: Style): string {
  const { spec } = version;
  return renderPairs(
    [
      ['Module', version.module],
      ['Version', version.version],
      ['Status', servingText(version.servingStatus, style)],
      ['Traffic', percent(version.trafficShare)],
      ['Runtime', `${spec.runtime} (${spec.environment} environment)`],
      ['Scaling', scalingText(version)],
      ['Instance class', version.instanceClass],
      ['Handlers', String(spec.handlers.length)],
      ['Entrypoint', spec.entrypoint],
      ['Files', `${count(version.files, 'file')}, ${bytes(version.bytes)}`],
      ['Deployed', `${localTime(version.createdAt)} by ${version.createdBy}, deployment ${version.deploymentId}`],
      ['URL', style.cyan(version.url)],
    ],
    style,
  );
}

export function servingText(status: ListedVersion['servingStatus'], style: Style): string {
  return status === 'serving' ? style.green('serving') : style.yellow('stopped');
}

function scalingText({ scaling, instances }: ListedVersion): string {
  return instances === undefined ? scaling : `${scaling} (${instances})`;
}
