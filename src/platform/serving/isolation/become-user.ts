/** The wrapper that takes a program's rights away: no privileges by set-user-id programs, and another user where there is one. */

export interface BecomeUser {
  /** User and group number; undefined: stays the user of the platform. */
  readonly user: number | undefined;
  /** Killed by the kernel when the platform's process ends. */
  readonly diesWithPlatform: boolean;
}

/** To be run with the program and its arguments behind it. */
export function becomeUser({ user, diesWithPlatform }: BecomeUser): readonly string[] {
  const number = String(user);
  return [
    '/usr/bin/setpriv',
    ...(user === undefined ? [] : ['--reuid', number, '--regid', number, '--clear-groups', '--bounding-set=-all']),
    ...['--inh-caps=-all', '--no-new-privs'],
    ...(diesWithPlatform ? ['--pdeathsig', 'KILL'] : []),
    '--',
  ];
}
