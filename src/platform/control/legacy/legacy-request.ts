/** Requests of the original appcfg: parameters in the query, text in both directions, errors as text. */
import { failure, isAppcfgError } from '../../../errors.ts';
import { type Access, of } from '../../access/route-access.ts';
import { answerStatus } from '../answer.ts';
import { readText } from '../json-body.ts';
import type { Route, RouteRequest } from '../route-table.ts';

/** Answers the text of a reply with status 200; what it throws becomes text with the status of its kind. */
export type LegacyHandler = (request: RouteRequest) => Promise<string | Uint8Array> | string | Uint8Array;

export interface LegacyRoutesOptions {
  /** Answer without a token: see APPCFG_LEGACY_WITHOUT_TOKEN. */
  readonly withoutToken: boolean;
}

/** @param access its application is the parameter `app_id` */
export function legacyRoute(
  path: string,
  handler: LegacyHandler,
  access: Access,
  { withoutToken }: LegacyRoutesOptions,
): readonly Route[] {
  const answer = async (request: RouteRequest) => {
    try {
      requireTool(request);
      reply(request, 200, await handler(request));
    } catch (error) {
      if (!isAppcfgError(error)) throw error;
      request.message.resume();
      reply(request, answerStatus(error), `${[error.message, ...error.hints].join('\n')}\n`);
    }
    return undefined;
  };
  // Nearly everything is a POST, also what only asks; request_logs is the exception.
  return (['POST', 'GET'] as const).map((method) => ({
    method,
    pattern: `/api/${path}`,
    access: { ...of(({ query }) => query.get('app_id') ?? undefined, access), allowsLocalWithoutToken: withoutToken },
    handler: answer,
  }));
}

/** A page in somebody's browser can't send this header to another site, so it can't do anything here. */
function requireTool({ message }: RouteRequest): void {
  if (message.headers['x-appcfg-api-version'] !== undefined) return;
  throw refusal('The header X-appcfg-api-version is missing');
}

function reply({ response }: RouteRequest, status: number, body: string | Uint8Array): void {
  if (response.headersSent || response.destroyed) return;
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  response.writeHead(status, {
    'content-type': typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/octet-stream',
    'content-length': bytes.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(bytes);
}

/** The request can't be used as it is. */
export function refusal(reason: string) {
  return failure('api.refused', { reason });
}

/** @throws AppcfgError `api.refused` */
export function parameter({ query }: RouteRequest, name: string): string {
  const value = query.get(name);
  if (value === null || value === '') throw refusal(`The parameter ${name} is missing`);
  return value;
}

export function applicationOf(request: RouteRequest): string {
  return parameter(request, 'app_id');
}

/** Absent and empty mean the default module. */
export function moduleOf({ query }: RouteRequest): string {
  return query.get('module') || 'default';
}

const MAX_TEXT_BYTES = 16 * 1024 * 1024;

export function bodyText({ message }: RouteRequest): Promise<string> {
  return readText(message, MAX_TEXT_BYTES);
}

/** Who asks: the development server's cookie names an e-mail address. */
export function callerOf({ message, caller }: RouteRequest): string {
  const email = /dev_appserver_login="?([^":;]{1,200}):/.exec(message.headers.cookie ?? '')?.[1];
  return caller.author(email ?? 'appcfg.py');
}
