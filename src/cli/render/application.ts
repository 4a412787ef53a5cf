/** An application -> its facts, modules and settings. */
import type { Application } from '../../model/application.ts';
import type { Settings } from '../../model/settings.ts';
import { splitText } from '../../model/traffic.ts';
import { renderPairs } from './pairs.ts';
import { count } from './quantity.ts';
import type { Style } from './style.ts';

export function renderApplication(application: Application, style: Style): string {
  const facts = renderPairs(
    [
      ['Application', application.id],
      ['URL', style.cyan(application.url)],
      ['Release', application.currentRelease],
      ['Profile', application.profile],
    ],
    style,
  );
  const modules = application.modules.map(
    (module) => `  ${module.name}: ${count(module.versions.length, 'version')}, traffic ${splitText(module.traffic)}`,
  );
  return [facts, block('Modules', modules, style), ...settingsBlocks(application.settings, style)]
    .filter((part) => part !== '')
    .join('\n');
}

function settingsBlocks(settings: Settings, style: Style): readonly string[] {
  const { dispatch, cron, queues, indexes, dos } = settings;
  return [
    block(
      'Dispatch rules',
      dispatch.map((rule) => `  ${rule.url} -> ${rule.module}`),
      style,
    ),
    block(
      'Cron jobs',
      cron.map((job) => `  ${job.url}: ${job.schedule} (${job.timezone})`),
      style,
    ),
    block(
      'Queues',
      queues.queues.map((queue) => `  ${queue.name} (${queue.mode})`),
      style,
    ),
    block(
      'Indexes',
      indexes.map((index) => `  ${index.kind}: ${index.properties.map((property) => property.name).join(', ')}`),
      style,
    ),
    block(
      'Blocked subnets',
      dos.map((rule) => `  ${rule.subnet}`),
      style,
    ),
  ];
}

function block(title: string, lines: readonly string[], style: Style): string {
  return lines.length === 0 ? '' : `${style.bold(title)}\n${lines.join('\n')}`;
}
