/** The kinds of yaml files, with what docs and editors are told of each. */
import type { SettingsKind } from '../model/settings.ts';
import { moduleShape } from './app/module-keys.ts';
import { cronShape } from './settings/cron.ts';
import { dispatchShape } from './settings/dispatch.ts';
import { dosShape } from './settings/dos.ts';
import { indexShape } from './settings/indexes.ts';
import { queueShape } from './settings/queue.ts';
import type { ObjectShape } from './shape/shape.ts';

export type ConfigKind = 'app' | SettingsKind;

export interface ConfigKindFacts {
  readonly fileName: string;
  /** One paragraph: what the file is for and when it is uploaded. */
  readonly summary: string;
  /** A whole file that is right. */
  readonly example: string;
  readonly shape: ObjectShape;
}

const whenUploaded =
  'It is uploaded with the directory that it is in when that directory is what a command names, or when the file itself is named.';

export const configKinds: Readonly<Record<ConfigKind, ConfigKindFacts>> = {
  app: {
    fileName: 'app.yaml',
    summary:
      'Describes one version of one module. `app.yaml` without a `module` line describes the default module; every other file names its module.',
    example: [
      'application: simple-sample',
      'module: mobile-frontend',
      'version: uno',
      'runtime: python27',
      'api_version: 1',
      'threadsafe: true',
      '',
      'automatic_scaling:',
      '  min_idle_instances: 2',
      '  max_pending_latency: 1s',
      '',
      'handlers:',
      '- url: /static',
      '  static_dir: static',
      '- url: /.*',
      '  script: main.app',
      '',
    ].join('\n'),
    shape: moduleShape(false),
  },
  dispatch: {
    fileName: 'dispatch.yaml',
    summary: `Sends requests to modules by host and path. ${whenUploaded}`,
    example: [
      'dispatch:',
      "- url: '*/mobile/*'",
      '  module: mobile-frontend',
      "- url: '*/work/*'",
      '  module: my-module',
      '',
    ].join('\n'),
    shape: dispatchShape,
  },
  cron: {
    fileName: 'cron.yaml',
    summary: `Calls paths of the application on a schedule. ${whenUploaded}`,
    example: [
      'cron:',
      '- description: daily summary',
      '  url: /tasks/summary',
      '  schedule: every day 09:00',
      '  timezone: America/New_York',
      '  target: my-module:uno',
      '- url: /tasks/poll',
      '  schedule: every 5 minutes from 10:00 to 14:00',
      '  retry_parameters:',
      '    job_retry_limit: 3',
      '',
    ].join('\n'),
    shape: cronShape,
  },
  queues: {
    fileName: 'queue.yaml',
    summary: `Describes the task queues. ${whenUploaded}`,
    example: [
      'total_storage_limit: 120M',
      'queue:',
      '- name: default',
      '  rate: 5/s',
      '- name: nightly-work',
      '  rate: 1/m',
      '  bucket_size: 10',
      '  target: my-module',
      '  retry_parameters:',
      '    task_retry_limit: 7',
      '    task_age_limit: 2d',
      '- name: pulled',
      '  mode: pull',
      '',
    ].join('\n'),
    shape: queueShape,
  },
  indexes: {
    fileName: 'index.yaml',
    summary: `Lists the datastore indexes. ${whenUploaded}`,
    example: [
      'indexes:',
      '- kind: Cat',
      '  ancestor: true',
      '  properties:',
      '  - name: name',
      '  - name: age',
      '    direction: desc',
      '',
    ].join('\n'),
    shape: indexShape,
  },
  dos: {
    fileName: 'dos.yaml',
    summary: `Lists addresses that are refused. ${whenUploaded}`,
    example: [
      'blacklist:',
      '- subnet: 192.0.2.1',
      '  description: one address',
      '- subnet: 2001:db8::/32',
      '  description: a block of addresses',
      '',
    ].join('\n'),
    shape: dosShape,
  },
};

export const configKindNames: readonly ConfigKind[] = ['app', 'dispatch', 'cron', 'queues', 'indexes', 'dos'];
