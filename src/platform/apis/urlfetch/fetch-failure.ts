/** From what went wrong on the network to the service's error codes. */
import { messageOf } from '../../../errors.ts';
import { ApplicationError } from '../api-problem.ts';
import { fetchErrors } from '../protocol/urlfetch.ts';

const codes: readonly (readonly [pattern: RegExp, code: number])[] = [
  [/^(ENOTFOUND|EAI_)/, fetchErrors.dns],
  [/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EADDRNOTAVAIL)$/, fetchErrors.connection],
  [/^(ECONNRESET|EPIPE|ERR_STREAM_PREMATURE_CLOSE)$/, fetchErrors.closed],
  [/^(HPE_|Z_|ERR_HTTP)/, fetchErrors.malformedReply],
  [/CERT|^(ERR_TLS|ERR_SSL|EPROTO|UNABLE_TO_|DEPTH_ZERO)/, fetchErrors.sslCertificate],
];

export function fetchFailure(error: unknown, url: URL): ApplicationError {
  if (error instanceof ApplicationError) return error;
  const code = codeOf(error);
  const found = codes.find(([pattern]) => pattern.test(code))?.[1] ?? fetchErrors.fetchError;
  return new ApplicationError(found, `Unable to fetch URL: ${url.origin}${url.pathname}: ${messageOf(error)}`);
}

/** Of several addresses that were tried, the last one's. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors.at(-1));
  return String((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}
