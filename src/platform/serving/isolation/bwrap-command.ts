/** A sandbox as a command line of bubblewrap. Pure. */
import { becomeUser } from './become-user.ts';
import { type Mount, parentsToMake } from './mounts.ts';

/** What the installed bubblewrap understands beyond the oldest one. */
export interface BwrapFeatures {
  /** `--disable-userns`, since 0.8. */
  readonly canDisableNamespaces: boolean;
  /** `--size`, since 0.7. */
  readonly canLimitScratch: boolean;
}

export interface Sandbox {
  readonly program: string;
  readonly features: BwrapFeatures;
  /**
   * Undefined: the platform is an ordinary user, and so is the application, in a namespace of users of its own. A
   * number: the platform is root, which sees all that it mounts, and the application becomes this user inside.
   */
  readonly user: number | undefined;
  readonly hostName: string;
  readonly workingDirectory: string;
  readonly mounts: readonly Mount[];
  /** Descriptor of the filter of system calls. */
  readonly filterDescriptor?: number;
}

/** To be run with the program and its arguments behind it. */
export function bwrapCommand(sandbox: Sandbox): readonly string[] {
  const { program, features, user, hostName, workingDirectory, filterDescriptor } = sandbox;
  return [
    program,
    ...['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
    ...(user === undefined ? ['--unshare-user'] : []),
    ...(user === undefined && features.canDisableNamespaces ? ['--disable-userns'] : []),
    ...['--die-with-parent', '--new-session', '--cap-drop', 'ALL'],
    // Needed until the change of user, and gone with it.
    ...(user === undefined ? [] : ['CAP_SETUID', 'CAP_SETGID', 'CAP_SETPCAP'].flatMap((name) => ['--cap-add', name])),
    ...['--hostname', hostName],
    ...mountArguments(sandbox),
    ...['--chdir', workingDirectory],
    ...(filterDescriptor === undefined ? [] : ['--seccomp', String(filterDescriptor)]),
    ...(user === undefined ? [] : becomeUser({ user, diesWithPlatform: false })),
  ];
}

function mountArguments({ mounts, features }: Sandbox): readonly string[] {
  const known = new Set(['/dev', '/proc']);
  const made = ['--proc', '/proc', '--dev', '/dev'];
  for (const mount of mounts) {
    // bubblewrap's own parents can't be entered by another user.
    for (const parent of parentsToMake(mount.path, known)) {
      made.push('--perms', '0755', '--dir', parent);
      known.add(parent);
    }
    known.add(mount.path);
    made.push(...argumentsOf(mount, features));
  }
  const sealed = mounts.filter(({ type }) => type === 'empty').map(({ path }) => path);
  return [...made, ...[...sealed, '/dev', '/'].flatMap((path) => ['--remount-ro', path])];
}

function argumentsOf(mount: Mount, features: BwrapFeatures): readonly string[] {
  switch (mount.type) {
    case 'read-only':
      return ['--ro-bind', mount.source ?? mount.path, mount.path];
    case 'writable':
      return ['--bind', mount.source, mount.path];
    case 'link':
      return ['--symlink', mount.to, mount.path];
    case 'scratch':
      return [
        ...['--perms', '1777'],
        ...(features.canLimitScratch ? ['--size', String(mount.bytes)] : []),
        ...['--tmpfs', mount.path],
      ];
    case 'empty':
      return ['--perms', '0755', '--tmpfs', mount.path];
  }
}
