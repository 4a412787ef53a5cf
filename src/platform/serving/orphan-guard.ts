/**
 * A small shell process that outlives the daemon by a moment: when its input ends, the daemon is dead, and it kills
 * every process group that was still running and everything else that carries the platform's nonce.
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
  /** Ends the shell; it kills what is still listed. */
  close(): Promise<void>;
}

const RESTART_MS = 100;

/** dash, bash and busybox alike. `$1` is the nonce; grep -l names the files that hold it. */
const SCRIPT = `
trap '' INT TERM HUP
groups=' '
while read -r line; do
  case $line in
    +*) groups="$groups\${line#+} " ;;
    -*) gone=\${line#-}
        case $groups in *" $gone "*) groups="\${groups%% $gone *} \${groups#* $gone }" ;; esac ;;
  esac
done
for group in $groups; do kill -9 "-$group" 2>/dev/null; done
[ -d /proc/self ] || exit 0
for round in 1 2 3 4 5; do
  found=$(grep -lsF "${PLATFORM_VARIABLE}=$1" /proc/[0-9]*/environ)
  [ -n "$found" ] || exit 0
  for file in $found; do
    pid=\${file#/proc/}
    kill -9 "\${pid%/environ}" 2>/dev/null
  done
done
`;

export function createOrphanGuard(nonce: string, clock: Clock): OrphanGuard {
  const groups = new Set<number>();
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
    close() {
      isClosing = true;
      if (!shell) return Promise.resolve();
      shell.endInput();
      return closed;
    },
  };
}
