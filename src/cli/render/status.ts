/** What is live -> a page: applications, their modules, versions and instances. */
import type { ApplicationStatus, ModuleStatus, Status, VersionStatus } from '../../operate/status.ts';
import { renderFilesDrift, renderSinceRelease } from './drift.ts';
import { lockText } from './lock.ts';
import { count, percent } from './quantity.ts';
import type { Style } from './style.ts';
import { renderTable } from './table.ts';
import { servingText } from './versions.ts';

export function renderStatus(status: Status, style: Style): string {
  if (status.applications.length === 0) return 'Nothing is deployed yet. Deploy with: appcfg update <directory>';
  return status.applications.map((application) => renderApplication(application, style)).join('\n\n');
}

function renderApplication(application: ApplicationStatus, style: Style): string {
  const release = application.release === undefined ? '' : `, release ${application.release}`;
  const rows = application.modules.flatMap((module) => module.versions.map((version) => ({ module, version })));
  type Row = { readonly module: ModuleStatus; readonly version: VersionStatus };
  const table = renderTable<Row>(
    rows,
    [
      { header: '  MODULE', cell: (row) => `  ${row.module.module}` },
      { header: 'VERSION', cell: (row) => row.version.version },
      { header: 'TRAFFIC', cell: (row) => percent(row.version.trafficShare), align: 'right' },
      { header: 'STATUS', cell: (row) => statusText(row.version, style) },
      { header: 'INSTANCES', cell: (row) => instancesText(row.version) },
      { header: 'URL', cell: (row) => style.cyan(row.version.trafficShare === 1 ? row.module.url : row.version.url) },
    ],
    style,
  );
  return [
    `${style.bold(application.application)}${release}: ${style.cyan(application.url)}`,
    ...(table === '' ? [] : [table]),
    ...settingsLine(application),
    ...(application.lock === undefined ? [] : [`  ${style.yellow(lockText(application.lock))}`]),
    ...renderSinceRelease(application.sinceRelease, style),
    ...(application.files === undefined ? [] : renderFilesDrift(application.files, style)),
    ...application.pending.map(
      (operation) =>
        `  ${style.yellow('running:')} ${operation.kind} by ${operation.createdBy} (operation ${operation.id})`,
    ),
  ].join('\n');
}

function statusText({ servingStatus, isDamaged }: VersionStatus, style: Style): string {
  return isDamaged ? style.red('damaged: deploy it again') : servingText(servingStatus, style);
}

function instancesText({ instances, scaling }: VersionStatus): string {
  if (instances === undefined) return scaling;
  const states = Object.entries(instances).map(([state, amount]) => `${amount} ${state}`);
  return states.length === 0 ? `none (${scaling})` : states.join(', ');
}

function settingsLine({ settings }: ApplicationStatus): readonly string[] {
  const nouns: Readonly<Record<string, readonly [string, string]>> = {
    dispatch: ['dispatch rule', 'dispatch rules'],
    cron: ['cron job', 'cron jobs'],
    queues: ['queue', 'queues'],
    indexes: ['index', 'indexes'],
    dos: ['blocked subnet', 'blocked subnets'],
  };
  const parts = Object.entries(settings).map(([kind, amount]) => {
    const [one, many] = nouns[kind] ?? [kind, kind];
    return count(amount, one, many);
  });
  return parts.length === 0 ? [] : [`  ${parts.join(', ')}`];
}
