/** A segment: a file of log lines; a sealed one says in its name which times are in it. */
import { join } from 'node:path';

export interface Segment {
  readonly application: string;
  /** Grows by one with each segment of the application. */
  readonly sequence: number;
  /** Of the earliest and the latest record in it, milliseconds since the epoch. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly bytes: number;
}

/** One folder an application. The id is made a safe name: it may hold `:`, and comes from outside. */
export function applicationFolder(directory: string, application: string): string {
  return join(directory, `app-${encodeURIComponent(application)}`);
}

/** Undefined for folders that are not ours. */
export function applicationOfFolder(name: string): string | undefined {
  if (!name.startsWith('app-')) return undefined;
  try {
    return decodeURIComponent(name.slice('app-'.length));
  } catch {
    return undefined;
  }
}

export function openName(sequence: number): string {
  return `${padded(sequence, 10)}.open.jsonl`;
}

/** The times are rounded outwards: a record is never outside of what the name says. */
export function sealedName({ sequence, firstMs, lastMs }: Segment): string {
  return `${padded(sequence, 10)}-${padded(Math.floor(firstMs), 15)}-${padded(Math.ceil(lastMs), 15)}.jsonl`;
}

export type SegmentName =
  | { readonly kind: 'open'; readonly sequence: number }
  | { readonly kind: 'sealed'; readonly sequence: number; readonly firstMs: number; readonly lastMs: number };

export function parseSegmentName(name: string): SegmentName | undefined {
  const open = /^(\d{10})\.open\.jsonl$/.exec(name);
  if (open) return { kind: 'open', sequence: Number(open[1]) };
  const sealed = /^(\d{10})-(\d{15})-(\d{15})\.jsonl$/.exec(name);
  if (!sealed) return undefined;
  return { kind: 'sealed', sequence: Number(sealed[1]), firstMs: Number(sealed[2]), lastMs: Number(sealed[3]) };
}

function padded(value: number, digits: number): string {
  return String(Math.min(Math.max(0, value), 10 ** digits - 1)).padStart(digits, '0');
}
