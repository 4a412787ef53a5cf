/** The stored form of the file-state cache: a header line, a block of numbers, then one line a file. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '../support/digest.ts';

export interface FileStates {
  /** Digest of the manifest that these files made. */
  readonly treeDigest: string | undefined;
  /** In the order of the walk. */
  readonly paths: readonly string[];
  readonly digests: readonly string[];
  /** STAT_FIELDS numbers a file: size, mtimeMs, ctimeMs, ino, dev. */
  readonly stats: Float64Array;
}

export const STAT_FIELDS = 5;

const MONTH_MS = 30 * 24 * 3_600_000;
const FORMAT = 'appcfg-file-states-2';
const DIGEST_LENGTH = 64;
const LINES_A_PIECE = 1000;
const noStates: FileStates = { treeDigest: undefined, paths: [], digests: [], stats: new Float64Array() };

interface Header {
  readonly format: string;
  readonly files: number;
  readonly treeDigest: string;
  /** Of the facts above and everything after the header line. */
  readonly digest: string;
}

/** No states when the file is missing, damaged or of another format. */
export function readFileStates(directory: string, key: string): FileStates {
  try {
    return parse(readFileSync(fileName(directory, key)));
  } catch {
    return noStates;
  }
}

/** @param nowMs what nobody wrote for a month before it is deleted: directories come and go */
export function writeFileStates(directory: string, key: string, states: FileStates, nowMs: number): void {
  const target = fileName(directory, key);
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writePieces(temporary, format(states));
    renameSync(temporary, target);
    discardOld(directory, nowMs - MONTH_MS);
  } catch {
    discard(temporary);
  }
}

function discardOld(directory: string, beforeMs: number): void {
  for (const name of readdirSync(directory)) {
    if (!/\.states(?:\.\d+\.tmp)?$/.test(name)) continue;
    const file = join(directory, name);
    if (statSync(file).mtimeMs < beforeMs) discard(file);
  }
}

function discard(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // A cache that can't be written can't be cleaned either; nothing depends on it.
  }
}

function fileName(directory: string, key: string): string {
  return join(directory, `${key}.states`);
}

/** In pieces, because fifty thousand files are some megabytes of text that nobody needs at once. */
function format(states: FileStates): readonly Buffer[] {
  const body = [Buffer.from(states.stats.buffer, states.stats.byteOffset, states.stats.byteLength)];
  for (let start = 0; start < states.paths.length; start += LINES_A_PIECE) {
    const paths = states.paths.slice(start, start + LINES_A_PIECE);
    body.push(Buffer.from(paths.map((path, index) => `${states.digests[start + index]}${path}\n`).join('')));
  }
  const facts = { format: FORMAT, files: states.paths.length, treeDigest: states.treeDigest ?? '' };
  const header: Header = { ...facts, digest: digestOfAll(facts, body) };
  return [Buffer.from(`${JSON.stringify(header)}\n`), ...body];
}

function writePieces(file: string, pieces: readonly Buffer[]): void {
  const descriptor = openSync(file, 'w', 0o600);
  try {
    for (const piece of pieces) writeFileSync(descriptor, piece);
  } finally {
    closeSync(descriptor);
  }
}

function digestOfAll({ files, treeDigest }: Omit<Header, 'digest'>, body: readonly Buffer[]): string {
  const hash = createHash('sha256');
  for (const piece of body) hash.update(piece);
  return digestOf(`${files} ${treeDigest} ${hash.digest('hex')}`);
}

function parse(content: Buffer): FileStates {
  const headerEnd = content.indexOf(0x0a);
  const header = JSON.parse(content.toString('utf8', 0, headerEnd)) as Header;
  const body = content.subarray(headerEnd + 1);
  if (header.format !== FORMAT || header.digest !== digestOfAll(header, [body])) return noStates;
  const numbersEnd = header.files * STAT_FIELDS * Float64Array.BYTES_PER_ELEMENT;
  // Copied, because an array of doubles must begin at a multiple of eight.
  const stats = new Float64Array(Uint8Array.prototype.slice.call(body, 0, numbersEnd).buffer);
  const lines = body.toString('utf8', numbersEnd).split('\n');
  lines.pop();
  return {
    treeDigest: header.treeDigest,
    paths: lines.map((line) => line.slice(DIGEST_LENGTH)),
    digests: lines.map((line) => line.slice(0, DIGEST_LENGTH)),
    stats,
  };
}
