/** Rules about request bodies (App Engine's quotas; runtime behaviour of its front end). */
import type { RequestHead } from './request-head.ts';

/** Bytes of a request's body. */
export const MAX_REQUEST_BYTES = 32 * 1024 * 1024;
/** Bytes of a response's body of the first generation. */
export const MAX_RESPONSE_BYTES = 33_554_432;

export interface BodyProblem {
  readonly status: 400 | 413;
  readonly text: string;
}

const bodiless = new Set(['GET', 'HEAD', 'DELETE', 'TRACE']);

export const tooLarge: BodyProblem = { status: 413, text: 'Upload limited to 32 megabytes.' };

/** The standard environment refuses bodies where HTTP gives them no meaning; the flexible one passes them on. */
export function bodyProblem(
  request: { readonly method: string; readonly path: string; readonly isFlexible: boolean },
  head: RequestHead,
): BodyProblem | undefined {
  if (!hasBody(head)) return undefined;
  if (!request.isFlexible && bodiless.has(request.method)) {
    return { status: 400, text: `A ${request.method} request must not have a body.` };
  }
  return head.contentLength > bodyLimit(request.path) ? tooLarge : undefined;
}

/** The platform's own upload paths have no limit of their own. */
export function bodyLimit(path: string): number {
  return path.startsWith('/_ah/') ? Number.POSITIVE_INFINITY : MAX_REQUEST_BYTES;
}

export function hasBody(head: RequestHead): boolean {
  return head.isChunked || head.contentLength > 0;
}
