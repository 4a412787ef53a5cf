/** The Content-Range header of resumable uploads: `bytes 0-99/1000`, `bytes 0-*\/*`, `bytes *\/1000`. */

export interface UploadRange {
  /** First byte of this request's body; undefined when it only asks how far the upload is. */
  readonly start: number | undefined;
  /** Last byte; undefined when the body says it by its end. */
  readonly end: number | undefined;
  /** Bytes of the whole; undefined while the client doesn't know. */
  readonly total: number | undefined;
}

/** Undefined for a header that is none. Without a header the body is the whole. */
export function uploadRange(header: string | undefined): UploadRange | undefined {
  if (header === undefined) return { start: 0, end: undefined, total: undefined };
  const match = /^bytes[ =](?:(\d{1,15})-(\d{1,15}|\*)|\*)\/(\d{1,15}|\*)$/.exec(header.trim());
  if (!match) return undefined;
  const range = { start: number(match[1]), end: number(match[2]), total: number(match[3]) };
  const { start, end, total } = range;
  if (start !== undefined && end !== undefined && end < start) return undefined;
  if (end !== undefined && total !== undefined && end >= total) return undefined;
  return range;
}

function number(text: string | undefined): number | undefined {
  return text === undefined || text === '*' ? undefined : Number(text);
}

/** The one range of a download's Range header; `whole` without one, undefined when it can't be satisfied. */
export function downloadRange(
  header: string | undefined,
  size: number,
): { readonly start: number; readonly end: number } | 'whole' | undefined {
  const match = /^bytes=(?:(\d{1,15})-(\d{0,15})|-(\d{1,15}))$/.exec((header ?? '').trim());
  if (!match) return 'whole';
  if (match[3] !== undefined) return within(Math.max(0, size - Number(match[3])), size - 1, size);
  return within(Number(match[1]), match[2] ? Number(match[2]) : size - 1, size);
}

function within(start: number, end: number, size: number) {
  const last = Math.min(end, size - 1);
  if (start < size && last >= start) return { start, end: last };
  // gcloud asks for the first bytes of files that may be empty.
  return size === 0 && start === 0 ? ('whole' as const) : undefined;
}
