/** What Linux's /proc says about processes; elsewhere everything answers "nothing known". */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const isLinux = process.platform === 'linux';
/** Linux counts processor time in hundredths of a second on every platform Node runs on. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = pageBytes();

/** The process and all its living descendants, itself first. */
export function processTree(root: number): readonly number[] {
  const pids = [root];
  // Grows while it is walked.
  for (const pid of pids) {
    for (const thread of listing(`/proc/${pid}/task`)) {
      for (const child of text(`/proc/${pid}/task/${thread}/children`).split(' '))
        if (child !== '') pids.push(Number(child));
    }
  }
  return pids;
}

/** Of a process with one thread: the child that it began first. */
export function firstChild(pid: number): number | undefined {
  const child = Number(text(`/proc/${pid}/task/${pid}/children`).split(' ')[0]);
  return child > 0 ? child : undefined;
}

/** Bytes of memory in use, shared libraries included; undefined when the process is gone. */
export function residentBytes(pid: number): number | undefined {
  const pages = Number(text(`/proc/${pid}/statm`).split(' ')[1]);
  return Number.isFinite(pages) ? pages * PAGE_BYTES : undefined;
}

/** Bytes with shared pages divided among their users: exact and dear (some ms). */
export function proportionalBytes(pid: number): number | undefined {
  const kilobytes = /^Pss:\s+(\d+) kB/m.exec(text(`/proc/${pid}/smaps_rollup`))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** Processor seconds so far, without the children's. */
export function cpuSeconds(pid: number): number | undefined {
  const stat = text(`/proc/${pid}/stat`);
  // The second field is a name in brackets that may hold spaces; user and system time are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isFinite(ticks) ? ticks / TICKS_PER_SECOND : undefined;
}

export interface Listener {
  readonly address: string;
  readonly port: number;
}

/** TCP sockets on which these processes listen. */
export function listeners(pids: readonly number[]): readonly Listener[] {
  if (!isLinux) return [];
  const byInode = new Map([...listeningSockets('/proc/net/tcp'), ...listeningSockets('/proc/net/tcp6')]);
  const found = new Map<string, Listener>();
  for (const pid of pids) {
    for (const fd of listing(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(link(`/proc/${pid}/fd/${fd}`))?.[1];
      const listener = inode === undefined ? undefined : byInode.get(inode);
      if (listener && inode !== undefined) found.set(inode, listener);
    }
  }
  return [...found.values()];
}

function listeningSockets(path: string): readonly (readonly [inode: string, listener: Listener])[] {
  const sockets: (readonly [string, Listener])[] = [];
  for (const line of text(path).split('\n').slice(1)) {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    const [address, port] = local?.split(':') ?? [];
    if (state !== '0A' || address === undefined || port === undefined || inode === undefined) continue;
    sockets.push([inode, { address: readableAddress(address), port: Number.parseInt(port, 16) }]);
  }
  return sockets;
}

/** /proc writes addresses as 32-bit words in the machine's byte order (little-endian on all that Node supports but s390x). */
export function readableAddress(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  for (let at = 0; at + 4 <= bytes.length; at += 4) bytes.subarray(at, at + 4).reverse();
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.every((byte) => byte === 0)) return '::';
  if (bytes.subarray(0, 15).every((byte) => byte === 0) && bytes[15] === 1) return '::1';
  return (bytes.toString('hex').match(/.{4}/g) ?? []).map((part) => part.replace(/^0+(?=.)/, '')).join(':');
}

function text(path: string): string {
  if (!isLinux) return '';
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function listing(path: string): readonly string[] {
  if (!isLinux) return [];
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** From the auxiliary vector of this process: entry 6 is the page size. */
function pageBytes(): number {
  const fallback = 4096;
  if (!isLinux) return fallback;
  try {
    const vector = readFileSync('/proc/self/auxv');
    for (let at = 0; at + 16 <= vector.length; at += 16) {
      if (vector.readBigUInt64LE(at) === 6n) return Number(vector.readBigUInt64LE(at + 8));
    }
  } catch {
    return fallback;
  }
  return fallback;
}
