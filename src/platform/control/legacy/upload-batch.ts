/** A batch of files in one body: a MIME message whose parts say their length, so that content needs no escaping. */

export interface BatchPart {
  /** A path; of error pages the error's code. */
  readonly path: string;
  /** As the client has it: five groups of hexadecimal digits. */
  readonly hash: string;
  readonly content: Uint8Array;
}

/** What is wrong with a batch, as the end of a sentence. */
export class BatchError extends Error {}

const MOST_PARTS = 10_000;
const LONGEST_HEAD = 16 * 1024;

/** @throws BatchError */
export function parseBatch(body: Buffer): readonly BatchPart[] {
  const head = textTo(body, 0, '\n\n');
  const boundary = /^content-type:\s*multipart\/mixed;\s*boundary="([^"\n]{1,79})"\s*$/im.exec(head.text)?.[1];
  if (boundary === undefined) throw new BatchError('names no boundary');
  const parts: BatchPart[] = [];
  let at = body.indexOf(`--${boundary}\n`, head.end);
  if (at === -1 && body.indexOf(`--${boundary}--`, head.end) === -1) throw new BatchError('has no parts');
  while (at !== -1) {
    const headers = textTo(body, at + boundary.length + 3, '\n\n');
    const length = Number(/^content-length:\s*(\d{1,9})\s*$/im.exec(headers.text)?.[1] ?? Number.NaN);
    const path = /^x-appcfg-file:[ \t]*(.*?)[ \t]*$/im.exec(headers.text)?.[1];
    const hash = /^x-appcfg-hash:[ \t]*(.*?)[ \t]*$/im.exec(headers.text)?.[1];
    if (Number.isNaN(length) || path === undefined || hash === undefined) {
      throw new BatchError('has a part without X-Appcfg-File, X-Appcfg-Hash or Content-Length');
    }
    const end = headers.end + length;
    if (end > body.length) throw new BatchError(`ends inside ${path}`);
    parts.push({ path: decodePath(path), hash, content: body.subarray(headers.end, end) });
    if (parts.length > MOST_PARTS) throw new BatchError(`has more than ${MOST_PARTS} parts`);
    const next = body.toString('latin1', end, end + boundary.length + 5);
    if (next.startsWith(`\n--${boundary}--`)) return parts;
    if (!next.startsWith(`\n--${boundary}\n`))
      throw new BatchError(`goes on after ${path} with something else than the next part`);
    at = end + 1;
  }
  return parts;
}

function textTo(body: Buffer, start: number, end: string): { readonly text: string; readonly end: number } {
  const at = body.indexOf(end, start);
  if (at === -1 || at - start > LONGEST_HEAD) throw new BatchError('has a head that does not end');
  return { text: body.toString('latin1', start, at), end: at + end.length };
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new BatchError(`has the path ${path.slice(0, 200)}, which is not encoded as expected`);
  }
}
