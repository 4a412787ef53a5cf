/**
 * A small shell process that outlives the daemon by a moment: when its input ends, the daemon is dead, and it kills
 * every process group that was still running, everything in the platform's control groups, and everything else that
 * carries the platform's nonce.
 *
 * A child's death signal reaches the child alone, not what the child forked; this reaches all of it, without
 * privileges and on every Unix.
 */
import type { Clock } from '../../support/clock.ts';
import { PLATFORM_VARIABLE } from './nonce-sweep.ts';
import { type GroupGuard, type ProcessGroup, startGroup } from './process.ts';

export interface OrphanGuard extends GroupGuard {
  /** Of the shell, for tests; undefined while there is none. */
  readonly pid: number | undefined;
  /** All that is in the groups below the directory dies with the platform, and the groups are removed. */
  addCgroup(directory: string): void;
  /** Ends the shell; it kills what is still listed. */
  close(): Promise<void>;
}

const RESTART_MS = 100;

/** dash, bash and busybox alike. `$1` is the nonce; grep -l names the files that hold it. */
const SCRIPT = `
trap '' INT TERM HUP
groups=' '
cgroups=
while read -r line; do
  case $line in
    +*) groups="$groups\${line#+} " ;;
    -*) gone=\${line#-}
        case $groups in *" $gone "*) groups="\${groups%% $gone *} \${groups#* $gone }" ;; esac ;;
    =*) cgroups="$cgroups\${line#=}
" ;;
  esac
done
for group in $groups; do kill -9 "-$group" 2>/dev/null; done
[ -d /proc/self ] || exit 0
IFS='
'
for parent in $cgroups; do
  for group in "$parent"/*/; do
    echo 1 >"\${group}cgroup.kill" || for pid in $(cat "\${group}cgroup.procs"); do kill -9 "$pid"; done
  done
done 2>/dev/null
for round in 1 2 3 4 5; do
  found=$(grep -lsF "${PLATFORM_VARIABLE}=$1" /proc/[0-9]*/environ)
  [ -n "$found" ] || break
  for file in $found; do
    pid=\${file#/proc/}
    kill -9 "\${pid%/environ}" 2>/dev/null
  done
done
for parent in $cgroups; do
  for round in 1 2 3 4 5; do
    for group in "$parent"/*/; do rmdir "$group"; done
    rmdir "$parent" && break
    [ -d "$parent" ] || break
    sleep 0.1
  done
done 2>/dev/null
`;

export function createOrphanGuard(nonce: string, clock: Clock): OrphanGuard {
  const groups = new Set<number>();
  const cgroups = new Set<string>();
  let shell: ProcessGroup | undefined;
  let isClosing = false;
  let onClosed: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    onClosed = resolve;
  });

  const start = () => {
    shell = startGroup({
      clock,
      command: '/bin/sh',
      args: ['-c', SCRIPT, 'appcfg-orphan-guard', nonce],
      cwd: '/',
      environment: { PATH: '/usr/bin:/bin' },
      hasInput: true,
      mayOutliveUs: true,
      onLine: () => undefined,
      onExit: () => {
        shell = undefined;
        if (isClosing) return onClosed();
        // Somebody killed it: the next one learns all groups at once.
        const startAgain = () => {
          if (!isClosing) start();
        };
        clock.after(RESTART_MS, startAgain, { isBackground: true });
      },
    });
    for (const pgid of groups) shell.write(`+${pgid}\n`);
    for (const directory of cgroups) shell.write(`=${directory}\n`);
  };
  start();

  return {
    get pid() {
      return shell?.pid;
    },
    add(pgid) {
      groups.add(pgid);
      shell?.write(`+${pgid}\n`);
    },
    remove(pgid) {
      groups.delete(pgid);
      shell?.write(`-${pgid}\n`);
    },
    addCgroup(directory) {
      cgroups.add(directory);
      shell?.write(`=${directory}\n`);
    },
    close() {
      isClosing = true;
      if (!shell) return Promise.resolve();
      shell.endInput();
      return closed;
    },
  };
}
