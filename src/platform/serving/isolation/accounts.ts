/** The sandbox's list of users: root, nobody and the one the application runs as. The machine's own is nobody's business. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Mount } from './mounts.ts';

export interface Accounts {
  /** @param user undefined: the user of the platform */
  mountsFor(user: number | undefined): readonly Mount[];
}

/** @param directory for the files that are shown, one pair a user */
export function createAccounts(directory: string): Accounts {
  const known = new Map<number, readonly Mount[]>();
  return {
    mountsFor(user) {
      const { uid, gid } = user === undefined ? userInfo() : { uid: user, gid: user };
      const found = known.get(uid) ?? writeFiles(directory, uid, gid);
      known.set(uid, found);
      return found;
    },
  };
}

function writeFiles(directory: string, uid: number, gid: number): readonly Mount[] {
  mkdirSync(directory, { recursive: true });
  const users = ['root:x:0:0:root:/:/usr/sbin/nologin', 'nobody:x:65534:65534:nobody:/:/usr/sbin/nologin'];
  const groups = ['root:x:0:', 'nogroup:x:65534:'];
  if (uid !== 0 && uid !== 65_534) users.push(`app:x:${uid}:${gid}:application:/tmp:/bin/sh`);
  if (gid !== 0 && gid !== 65_534) groups.push(`app:x:${gid}:`);
  return [
    mountOf(join(directory, `passwd-${uid}`), '/etc/passwd', users),
    mountOf(join(directory, `group-${uid}`), '/etc/group', groups),
  ];
}

function mountOf(source: string, path: string, lines: readonly string[]): Mount {
  writeFileSync(source, `${lines.join('\n')}\n`, { mode: 0o644 });
  return { type: 'read-only', path, source };
}
