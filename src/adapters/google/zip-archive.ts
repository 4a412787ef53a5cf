/** A zip archive in memory: small versions of many files go as one object, with the right to run of each file. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly isExecutable: boolean;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
/** 2.0: deflate; made on Unix, so that modes are read. */
const VERSION = 20;
const UNIX = 3 << 8;
/** Names are UTF-8. */
const FLAGS = 0x0800;
const DEFLATE = 8;
/** 1 January 1980: equal trees are equal archives. */
const DATE = (1 << 5) | 1;
const REGULAR_FILE = 0o100000;

/** At most 65,535 entries and 4 GB together, far above what is sent this way. */
export function zipArchive(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.path);
    const packed = deflateRawSync(entry.bytes);
    const facts = factsOf(entry, packed.length, name.length);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(LOCAL, 0);
    head.writeUInt16LE(VERSION, 4);
    facts.copy(head, 6);
    directory.push(centralHeader(facts, entry, offset), name);
    parts.push(head, name, packed);
    offset += head.length + name.length + packed.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([...parts, ...directory, endRecord(entries.length, size, offset)]);
}

/** The 24 bytes that stand both before the content and in the directory. */
function factsOf({ bytes }: ZipEntry, packedSize: number, nameLength: number): Buffer {
  const facts = Buffer.alloc(24);
  facts.writeUInt16LE(FLAGS, 0);
  facts.writeUInt16LE(DEFLATE, 2);
  facts.writeUInt16LE(DATE, 6);
  facts.writeUInt32LE(crc32(bytes), 8);
  facts.writeUInt32LE(packedSize, 12);
  facts.writeUInt32LE(bytes.length, 16);
  facts.writeUInt16LE(nameLength, 20);
  return facts;
}

function centralHeader(facts: Buffer, { isExecutable }: ZipEntry, offset: number): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(CENTRAL, 0);
  header.writeUInt16LE(VERSION | UNIX, 4);
  header.writeUInt16LE(VERSION, 6);
  facts.copy(header, 8);
  header.writeUInt32LE(((REGULAR_FILE | (isExecutable ? 0o755 : 0o644)) << 16) >>> 0, 38);
  header.writeUInt32LE(offset, 42);
  return header;
}

function endRecord(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}
