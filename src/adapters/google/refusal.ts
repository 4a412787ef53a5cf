/** Answers of Google's APIs that are errors, as errors of the catalogue. */
import { type AppcfgError, failure, isAppcfgError } from '../../errors.ts';
import { adviceFor } from './advice.ts';
import { roleFor } from './permissions.ts';
import type { HttpAnswer, HttpRequest } from './transport.ts';

interface WireError {
  readonly code?: number;
  readonly message?: string;
  readonly status?: string;
  readonly details?: readonly Readonly<Record<string, unknown>>[];
}

/** Never shows more of a foreign answer than this. */
const MOST_TEXT = 2000;

export function refusalOf(request: HttpRequest, answer: HttpAnswer): AppcfgError {
  const { status } = answer;
  const wire = wireErrorOf(answer);
  const text = (wire.message ?? `status ${status}`).slice(0, MOST_TEXT);
  const asked = `${request.method} ${request.path.split('?')[0]}`;
  if (status === 401) return failure('google.login-refused', { reason: text });
  if (status === 403) return forbidden(asked, wire, text);
  const fields = fieldsOf(wire);
  const reason = wire.status ?? (status === 412 ? 'FAILED_PRECONDITION' : String(status));
  const advice = adviceFor([text, ...fields].join('\n'));
  return failure('google.refused', { status, reason, request: asked, text, fields, advice });
}

function forbidden(request: string, wire: WireError, text: string): AppcfgError {
  const disabled = (wire.details ?? []).find(({ reason }) => reason === 'SERVICE_DISABLED');
  const metadata = disabled?.metadata as { readonly service?: string; readonly consumer?: string } | undefined;
  if (disabled) {
    const application = metadata?.consumer?.replace('projects/', '') ?? '?';
    return failure('google.api-disabled', { status: 403, service: metadata?.service ?? '?', application });
  }
  return failure('google.forbidden', { status: 403, request, reason: text, role: roleFor(text, request) });
}

/** Newer APIs answer `{error: {code, message, status, details}}`; Cloud Storage `{error: {code, message, errors}}`. */
function wireErrorOf({ body }: HttpAnswer): WireError {
  try {
    const parsed = JSON.parse(body.toString('utf8')) as { readonly error?: WireError | string };
    return typeof parsed.error === 'object' ? parsed.error : {};
  } catch {
    const text = body.toString('utf8').trim().slice(0, 200);
    return text === '' ? {} : { message: text };
  }
}

function fieldsOf({ details = [] }: WireError): readonly string[] {
  return details.flatMap((detail) => {
    const { fieldViolations, resourceName, description } = detail as {
      readonly fieldViolations?: readonly { readonly field?: string; readonly description?: string }[];
      readonly resourceName?: string;
      readonly description?: string;
    };
    const resource = resourceName === undefined ? [] : [[resourceName, description].filter(Boolean).join(': ')];
    return [
      ...(fieldViolations ?? []).map((found) => [found.field, found.description].filter(Boolean).join(': ')),
      ...resource,
    ];
  });
}

/** HTTP status of an answer that was an error; undefined for everything else. */
export function statusOf(error: unknown): number | undefined {
  if (!isAppcfgError(error)) return undefined;
  const { status } = error.details;
  return typeof status === 'number' ? status : error.code === 'google.login-refused' ? 401 : undefined;
}

/** The request may not have arrived, or its answer was lost or came from something in between. */
export function isTransient(error: unknown): boolean {
  if (!isAppcfgError(error)) return false;
  if (error.code === 'backend.unreachable') return error.details.isTransient === true;
  const status = statusOf(error);
  return status === 429 || (status !== undefined && status >= 500);
}

export function isConflict(error: unknown): boolean {
  return statusOf(error) === 409 && isAppcfgError(error) && error.details.reason === 'ABORTED';
}
