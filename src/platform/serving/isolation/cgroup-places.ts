/** Where this process is in the control groups of the machine: parses what Linux says about it. Pure. */

export type Controller = 'memory' | 'cpu' | 'pids';

/** One hierarchy, at the group of this process. */
export interface CgroupPlace {
  readonly version: 1 | 2;
  readonly directory: string;
  /** Version 1: of the hierarchy. Version 2: empty, `cgroup.controllers` in the directory tells. */
  readonly controllers: readonly Controller[];
}

const known: readonly Controller[] = ['memory', 'cpu', 'pids'];

interface Mount {
  readonly root: string;
  readonly directory: string;
  readonly type: string;
  readonly options: readonly string[];
}

/** @param mountInfo `/proc/self/mountinfo` @param ownGroups `/proc/self/cgroup` */
export function cgroupPlaces(mountInfo: string, ownGroups: string): readonly CgroupPlace[] {
  const mounts = mountInfo.split('\n').flatMap(parseMount);
  return ownGroups.split('\n').flatMap((line): CgroupPlace[] => {
    const [, number, names, path] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
    if (number === undefined || names === undefined || path === undefined) return [];
    const version = number === '0' && names === '' ? 2 : 1;
    const controllers = known.filter((controller) => names.split(',').includes(controller));
    if (version === 1 && controllers.length === 0) return [];
    const mount = mounts.find((one) =>
      version === 2
        ? one.type === 'cgroup2'
        : one.type === 'cgroup' && controllers.every((c) => one.options.includes(c)),
    );
    const directory = mount && directoryOf(mount, path);
    return directory === undefined ? [] : [{ version, directory, controllers }];
  });
}

/** A container may see only a part of the hierarchy: that part is what is mounted. */
function directoryOf({ root, directory }: Mount, path: string): string | undefined {
  // Outside of what this process can see.
  if (path.startsWith('/..')) return undefined;
  if (root === '/') return path === '/' ? directory : directory + path;
  if (path === root) return directory;
  return path.startsWith(`${root}/`) ? directory + path.slice(root.length) : undefined;
}

/** `31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755` */
function parseMount(line: string): Mount[] {
  const [before, after] = line.split(' - ');
  const [, , , root, directory] = before?.split(' ') ?? [];
  const [type, , options] = after?.split(' ') ?? [];
  if (root === undefined || directory === undefined || type === undefined || !type.startsWith('cgroup')) return [];
  return [{ root: unescaped(root), directory: unescaped(directory), type, options: options?.split(',') ?? [] }];
}

/** Blanks and backslashes are written in octal. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
