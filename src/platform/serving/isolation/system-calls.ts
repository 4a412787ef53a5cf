/** Numbers of the Linux system calls that applications have no use for, by architecture (Linux' own tables). */

/** Refused whatever their arguments are: x86_64, arm64 (undefined where there is no such call). */
type Row = readonly [x64: number | undefined, arm64: number | undefined];

const refused: Readonly<Record<string, Row>> = {
  // Other processes' memory.
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  pidfd_getfd: [438, 438],
  // Mounts and roots.
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  // Namespaces.
  unshare: [272, 97],
  setns: [308, 268],
  // Large and often attacked parts of the kernel.
  bpf: [321, 280],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  fanotify_init: [300, 262],
  modify_ldt: [154, undefined],
  uselib: [134, undefined],
  lookup_dcookie: [212, 18],
  nfsservctl: [180, 42],
  // The machine as a whole.
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  reboot: [169, 142],
  swapon: [167, 224],
  swapoff: [168, 225],
  acct: [163, 89],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  syslog: [103, 116],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  vhangup: [153, 58],
  iopl: [172, undefined],
  ioperm: [173, undefined],
};

export interface CallTable {
  /** AUDIT_ARCH_* */
  readonly architecture: number;
  /** Numbers from here on belong to another interface of the same machine (x32), which is refused as a whole. */
  readonly firstForeign?: number;
  readonly refused: readonly number[];
  readonly clone: number;
  readonly clone3: number;
  readonly socket: number;
  readonly ioctl: number;
}

/** Undefined for machines whose numbers we don't know. @param architecture as `process.arch` says it */
export function callTable(architecture: string): CallTable | undefined {
  switch (architecture) {
    case 'x64':
      return {
        architecture: 0xc000003e,
        firstForeign: 0x40000000,
        refused: column(0),
        ...{ clone: 56, clone3: 435, socket: 41, ioctl: 16 },
      };
    case 'arm64':
      return { architecture: 0xc00000b7, refused: column(1), ...{ clone: 220, clone3: 435, socket: 198, ioctl: 29 } };
    default:
      return undefined;
  }
}

function column(index: 0 | 1): readonly number[] {
  return Object.values(refused).flatMap((row) => row[index] ?? []);
}
