/** Commands by what they are for, in help texts and documents. */

/** The order in which people need them. What is not named here is found under "Other". */
export const helpGroups: readonly (readonly [string, readonly string[]])[] = [
  ['Begin', ['init', 'dev']],
  [
    'Deploy',
    ['update', 'deploy', 'apply', 'rollback', 'validate', 'check', 'files', 'package', 'resource-limits-info'],
  ],
  [
    'Look',
    [
      'status',
      'top',
      'list-versions',
      'releases',
      'diff',
      'instances',
      'modules',
      'services',
      'versions',
      'describe',
      'logs',
      'request-logs',
      'usage',
      'browse',
      'console',
    ],
  ],
  [
    'Operate',
    [
      'start',
      'stop',
      'set-num-instances',
      'set-default-version',
      'set-profile',
      'set-traffic',
      'migrate-traffic',
      'delete-version',
      'download-app',
      'operations',
      'lock',
    ],
  ],
  [
    'Settings',
    [
      'update-cron',
      'update-queues',
      'update-indexes',
      'update-dispatch',
      'update-dos',
      'vacuum-indexes',
      'cron-info',
      'cron',
      'queue',
      'secret',
      'indexes',
    ],
  ],
  ['Sign in', ['login', 'logout', 'whoami', 'context', 'config']],
  ['Platform', ['platform', 'token', 'audit', 'doctor']],
];
