/** The first wrapper of a program: a shell that joins the program's limits before anything of it runs. */

export interface Entry {
  /** `cgroup.procs` files of the groups to join. */
  readonly groups: readonly string[];
  /** How many files a process may have open; undefined leaves the limit alone. */
  readonly openFiles?: number;
}

/** What can't be joined is left out: a missing limit is no reason not to start. */
const SCRIPT = `{ ulimit -c 0; [ "$1" = - ] || ulimit -n "$1"; } 2>/dev/null
shift
while [ "$1" != -- ]; do { echo $$ >"$1"; } 2>/dev/null; shift; done
shift
exec "$@"`;

/** To be run with the program and its arguments behind it. */
export function enterLimits({ groups, openFiles }: Entry): readonly string[] {
  return ['/bin/sh', '-c', SCRIPT, 'appcfg-limits', openFiles === undefined ? '-' : String(openFiles), ...groups, '--'];
}
