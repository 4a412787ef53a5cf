/** One request of a fetch, and what came of it; a redirect makes another one. */

export interface FetchHop {
  readonly method: string;
  readonly url: URL;
  /** Of the application and what the service adds; without Host and Content-Length. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array | undefined;
  readonly validatesCertificate: boolean;
  /** Aborts at the deadline of the whole fetch, or when nobody waits for it any more. */
  readonly signal: AbortSignal;
}

export interface FetchAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  readonly isTruncated: boolean;
}

/** App Engine's limit of a response. */
export const MAX_RESPONSE_BYTES = 32 * 1024 * 1024;

export function headerOf(headers: FetchHop['headers'], wanted: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
}
