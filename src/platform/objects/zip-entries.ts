/** Reads an archive that a client uploaded: every length in it is checked against the bytes that are there. */
import { crc32, inflateRawSync } from 'node:zlib';

export interface ZipEntry {
  /** As written, with `/`. */
  readonly path: string;
  /** Bytes, unpacked. */
  readonly size: number;
  readonly isExecutable: boolean;
  /** @throws ZipError when what comes out is not what the archive says */
  content(): Uint8Array;
}

/** What is wrong with an archive, as the end of a sentence. */
export class ZipError extends Error {}

export interface ZipLimits {
  readonly entries: number;
  /** Bytes of one file, unpacked. */
  readonly fileBytes: number;
  /** Bytes of all files, unpacked. */
  readonly totalBytes: number;
}

const END_SIGNATURE = 0x06054b50;
const END64_LOCATOR_SIGNATURE = 0x07064b50;
const END64_SIGNATURE = 0x06064b50;
const DIRECTORY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;

const UNIX = 3;
const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;
const DIRECTORY = 0o040000;
const ANY_EXECUTE = 0o111;

/** @throws ZipError before anything is unpacked */
export function zipEntries(bytes: Uint8Array, limits: ZipLimits): readonly ZipEntry[] {
  const archive = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { count, offset } = directoryOf(archive);
  if (count > limits.entries) throw new ZipError(`has ${count} entries; the limit is ${limits.entries}`);
  const entries: ZipEntry[] = [];
  let total = 0;
  let position = offset;
  for (let index = 0; index < count; index += 1) {
    const head = directoryEntry(archive, position);
    position += head.length;
    const entry = fileEntry(archive, head, limits.fileBytes);
    if (!entry) continue;
    total += entry.size;
    if (total > limits.totalBytes) throw new ZipError(`holds more than ${limits.totalBytes} bytes`);
    entries.push(entry);
  }
  return entries;
}

interface DirectoryEntry {
  readonly path: string;
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly checksum: number;
  readonly packedSize: number;
  readonly size: number;
  /** File type and permissions; 0 when the archive has none. */
  readonly mode: number;
  readonly localOffset: number;
  /** Bytes of this entry in the directory. */
  readonly length: number;
}

function directoryOf(archive: Buffer): { readonly count: number; readonly offset: number } {
  const first = Math.max(0, archive.length - END_BYTES - LONGEST_COMMENT);
  for (let at = archive.length - END_BYTES; at >= first; at -= 1) {
    if (archive.readUInt32LE(at) !== END_SIGNATURE) continue;
    const count = archive.readUInt16LE(at + 10);
    const offset = archive.readUInt32LE(at + 16);
    return count === 0xffff || offset === 0xffffffff ? directory64(archive, at) : { count, offset };
  }
  throw new ZipError('is not a zip archive, or was cut');
}

function directory64(archive: Buffer, end: number) {
  const locator = end - 20;
  if (locator < 0 || archive.readUInt32LE(locator) !== END64_LOCATOR_SIGNATURE) throw new ZipError('has no directory');
  const at = Number(archive.readBigUInt64LE(locator + 8));
  if (at + 56 > archive.length || archive.readUInt32LE(at) !== END64_SIGNATURE) throw new ZipError('has no directory');
  return { count: Number(archive.readBigUInt64LE(at + 32)), offset: Number(archive.readBigUInt64LE(at + 48)) };
}

function directoryEntry(archive: Buffer, at: number): DirectoryEntry {
  if (at + 46 > archive.length || archive.readUInt32LE(at) !== DIRECTORY_SIGNATURE) {
    throw new ZipError('has a damaged directory');
  }
  const nameLength = archive.readUInt16LE(at + 28);
  const length = 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  if (at + length > archive.length) throw new ZipError('has a damaged directory');
  return {
    path: archive.toString('utf8', at + 46, at + 46 + nameLength),
    method: archive.readUInt16LE(at + 10),
    isEncrypted: (archive.readUInt16LE(at + 8) & 1) === 1,
    checksum: archive.readUInt32LE(at + 16),
    packedSize: archive.readUInt32LE(at + 20),
    size: archive.readUInt32LE(at + 24),
    mode: archive.readUInt8(at + 5) === UNIX ? archive.readUInt32LE(at + 38) >>> 16 : 0,
    localOffset: archive.readUInt32LE(at + 42),
    length,
  };
}

/** Undefined for directories: they exist by the files in them. */
function fileEntry(archive: Buffer, head: DirectoryEntry, mostBytes: number): ZipEntry | undefined {
  const { path, size, mode, method } = head;
  const type = mode & FILE_TYPE;
  if (path.endsWith('/') || type === DIRECTORY) return undefined;
  const refuse = (problem: string) =>
    new ZipError(`has the entry ${JSON.stringify(path.slice(0, 256))}, which ${problem}`);
  if (type !== 0 && type !== REGULAR) throw refuse('is a link or a special file');
  if (head.isEncrypted) throw refuse('is encrypted');
  if (method !== 0 && method !== 8) throw refuse(`is packed in a way that is not known (${method})`);
  if (size > mostBytes) throw refuse(`is larger than ${mostBytes} bytes`);
  return {
    path,
    size,
    isExecutable: (mode & ANY_EXECUTE) !== 0,
    content: () => {
      const content = unpacked(packedBytes(archive, head, refuse), head, refuse);
      if (content.length !== size || crc32(content) !== head.checksum) throw refuse('is damaged');
      return content;
    },
  };
}

type Refuse = (problem: string) => ZipError;

function packedBytes(archive: Buffer, { localOffset, packedSize }: DirectoryEntry, refuse: Refuse): Buffer {
  if (localOffset + 30 > archive.length || archive.readUInt32LE(localOffset) !== LOCAL_SIGNATURE)
    throw refuse('is damaged');
  const start = localOffset + 30 + archive.readUInt16LE(localOffset + 26) + archive.readUInt16LE(localOffset + 28);
  if (start + packedSize > archive.length) throw refuse('is cut');
  return archive.subarray(start, start + packedSize);
}

function unpacked(packed: Buffer, { method, size }: DirectoryEntry, refuse: Refuse): Buffer {
  if (method === 0) return packed;
  try {
    // Never more than it said, whatever is packed in there.
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch {
    throw refuse('can not be unpacked');
  }
}
