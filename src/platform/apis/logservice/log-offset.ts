/** Where reading goes on: after a certain request, in order of end, the newest first. */
import type { LogOffset } from '../protocol/logservice.ts';

export interface OrderedByEnd {
  /** Milliseconds since the epoch. */
  readonly endMs: number;
  readonly record: { readonly requestId: string };
}

export interface Position {
  readonly endMs: number;
  readonly requestId: string;
}

/** Newest first; of the same moment by id. */
export function byEnd(a: OrderedByEnd, b: OrderedByEnd): number {
  return b.endMs - a.endMs || (a.record.requestId < b.record.requestId ? 1 : -1);
}

export function isAfter({ endMs, record }: OrderedByEnd, position: Position): boolean {
  return endMs < position.endMs || (endMs === position.endMs && record.requestId < position.requestId);
}

export function encodeOffset({ endMs, record }: OrderedByEnd): LogOffset {
  return { request_id: Buffer.from(`${endMs}/${record.requestId}`) };
}

/** Undefined for what we did not write. */
export function decodeOffset({ request_id }: LogOffset): Position | undefined {
  const [, endMs, requestId] = /^(\d+(?:\.\d+)?)\/([0-9a-f]+)$/i.exec(Buffer.from(request_id ?? []).toString()) ?? [];
  return endMs === undefined || requestId === undefined ? undefined : { endMs: Number(endMs), requestId };
}
