/** What this machine has for rules in the kernel. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export const hasKernelRules =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  existsSync('/usr/sbin/nft') &&
  (existsSync('/sys/fs/cgroup/cgroup.controllers') || existsSync('/sys/fs/cgroup/unified/cgroup.controllers')) &&
  spawnSync('unshare', ['--net', 'nft', 'list', 'ruleset']).status === 0;
