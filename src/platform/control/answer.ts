/** Writes answers of the control API: JSON bodies and errors in the API's own shape. */
import type { ServerResponse } from 'node:http';
import { type AppcfgError, type ErrorCode, failure, isAppcfgError, messageOf } from '../../errors.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { badRequest, errorInfo, type FieldViolation, help } from '../../protocol/admin/error-details.ts';
import type { WireError } from '../../protocol/extension.ts';

/** HTTP status and google.rpc.Code of the errors whose meaning is not simply "refused". */
const statuses: Partial<Record<ErrorCode, readonly [number, string]>> = {
  'application.not-found': [404, 'NOT_FOUND'],
  'module.not-found': [404, 'NOT_FOUND'],
  'version.not-found': [404, 'NOT_FOUND'],
  'instance.not-found': [404, 'NOT_FOUND'],
  'release.not-found': [404, 'NOT_FOUND'],
  'operation.not-found': [404, 'NOT_FOUND'],
  'file.not-found': [404, 'NOT_FOUND'],
  'cron.not-found': [404, 'NOT_FOUND'],
  'queue.not-found': [404, 'NOT_FOUND'],
  'task.not-found': [404, 'NOT_FOUND'],
  'control.no-route': [404, 'NOT_FOUND'],
  'api.not-found': [404, 'NOT_FOUND'],
  'control.unauthorized': [401, 'UNAUTHENTICATED'],
  'console.code-refused': [403, 'PERMISSION_DENIED'],
  'control.forbidden': [403, 'PERMISSION_DENIED'],
  'control.too-many-requests': [429, 'RESOURCE_EXHAUSTED'],
  'token.not-found': [404, 'NOT_FOUND'],
  'webhook.not-found': [404, 'NOT_FOUND'],
  'webhook.delivery-not-found': [404, 'NOT_FOUND'],
  'webhook.exists': [409, 'ALREADY_EXISTS'],
  'token.exists': [409, 'ALREADY_EXISTS'],
  'control.too-large': [413, 'INVALID_ARGUMENT'],
  'control.bad-request': [400, 'INVALID_ARGUMENT'],
  'api.invalid': [400, 'INVALID_ARGUMENT'],
  'api.exists': [409, 'ALREADY_EXISTS'],
  'legacy.transaction-open': [409, 'ABORTED'],
  'api.condition': [412, 'FAILED_PRECONDITION'],
  'release.invalid': [400, 'INVALID_ARGUMENT'],
  'release.limit': [400, 'INVALID_ARGUMENT'],
  'api.bad-version': [400, 'INVALID_ARGUMENT'],
  'api.bad-settings': [400, 'INVALID_ARGUMENT'],
  'deploy.default-missing': [400, 'INVALID_ARGUMENT'],
  'deploy.conflict': [409, 'ABORTED'],
  'deploy.state-moved': [409, 'ABORTED'],
  'application.locked': [409, 'ABORTED'],
  'lock.lost': [409, 'ABORTED'],
  'platform.closing': [503, 'UNAVAILABLE'],
};

export function answerJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent) return;
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(body);
}

export function answerError(response: ServerResponse, error: unknown): void {
  const known = isAppcfgError(error) ? error : failure('internal', { reason: messageOf(error) }, { cause: error });
  const [code, status] = statusOf(known);
  const body: WireError = {
    error: {
      code,
      message: known.message,
      status,
      details: detailsOf(known),
      appcfg: { code: known.code, details: known.details, hints: known.hints },
    },
  };
  answerJson(response, code, body, headersOf(known));
}

function headersOf({ code, details }: AppcfgError): Readonly<Record<string, string>> {
  if (code === 'control.too-many-requests') return { 'retry-after': String(details.waitSeconds) };
  // RFC 9110: a 401 says how to sign in.
  return code === 'control.unauthorized' ? { 'www-authenticate': 'Bearer realm="appcfg"' } : {};
}

/** What Google's tools print below the message. */
function detailsOf(error: AppcfgError): WireError['error']['details'] {
  const info = errorInfo(error);
  const next = error.hints.length > 0 ? [help(error.hints)] : [];
  const violations = violationsOf(error);
  return [...(violations.length > 0 ? [badRequest(violations)] : []), info, ...next];
}

function violationsOf({ code, details }: AppcfgError): readonly FieldViolation[] {
  if (code === 'api.invalid') return [{ field: String(details.field), description: String(details.reason) }];
  if (!Array.isArray(details.diagnostics)) return [];
  return (details.diagnostics as readonly Diagnostic[]).map(({ path, message, hint }) => ({
    field: [code === 'api.bad-version' ? 'version' : '', path].filter(Boolean).join('.'),
    description: [message, ...(hint === undefined ? [] : [hint])].join(' '),
  }));
}

/** The HTTP status of an error, for surfaces with bodies of their own. */
export function answerStatus(error: AppcfgError): number {
  return statusOf(error)[0];
}

function statusOf(error: AppcfgError): readonly [number, string] {
  const known = statuses[error.code];
  if (known) return known;
  return error.fault === 'bug' ? [500, 'INTERNAL'] : [400, 'FAILED_PRECONDITION'];
}
