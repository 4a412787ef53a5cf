/** Answers of the router's own. */
import { type ErrorPageKind, escapeHtml, HTML, type Page, plainPage } from './error-pages.ts';
import type { Exchange } from './exchange.ts';
import { logRequest } from './request-log.ts';
import type { RoutedRequest } from './routed-request.ts';
import type { RouterCore } from './router-core.ts';

export interface Reply {
  readonly status: number;
  /** Names and values, alternating. */
  readonly headers?: readonly string[];
  readonly page?: Page;
}

const nothing = new Uint8Array();

/** Sends a complete answer; nothing may have been sent before. */
export function sendReply(exchange: Exchange, reply: Reply, extraHeaders: readonly string[] = []): number {
  const body = reply.page?.body ?? nothing;
  const headers = [...(reply.headers ?? []), ...extraHeaders];
  if (reply.page) headers.push('Content-Type', reply.page.contentType);
  headers.push('Content-Length', String(body.length));
  exchange.sendHead(reply.status, '', headers);
  if (exchange.method === 'HEAD' || body.length === 0) exchange.end();
  else exchange.end(body);
  return body.length;
}

/** The same for a request that has a route: logged, with the headers that its responses carry. */
export function answer(core: RouterCore, request: RoutedRequest, reply: Reply, exitReason?: string): void {
  const responseSize = sendReply(request.exchange, withOperatorPage(core, reply), request.extraHeaders);
  logRequest(core, request, { status: reply.status, responseSize, exitReason });
}

export function textReply(status: number, text: string, headers?: readonly string[]): Reply {
  return { status, headers, page: { contentType: 'text/plain; charset=utf-8', body: Buffer.from(`${text}\n`) } };
}

export function pageReply(status: number, title: string, text: string): Reply {
  return { status, page: plainPage(title, text) };
}

export function redirectReply(status: number, location: string): Reply {
  return { status, headers: ['Location', location] };
}

/** With the application's page for this kind of failure, if it has one, instead of a generated one. */
export function failureReply(request: RoutedRequest, kind: ErrorPageKind, reply: Reply): Reply {
  if (reply.page && reply.page.isGenerated !== true) return reply;
  const own = request.route.version.compiled.errorPage(kind);
  return own ? { ...reply, page: own } : reply;
}

export function noHandlerReply(path: string): Reply {
  const url = escapeHtml(path);
  const body = `<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1><p>The url "${url}" does not match any handlers.</p></body></html>\n`;
  return { status: 404, page: { contentType: HTML, body: Buffer.from(body), isGenerated: true } };
}

/** What a stopped version answers: measured on App Engine's development server. */
export const stoppedReply: Reply = {
  status: 404,
  headers: ['Content-Type', 'text/html', 'Cache-Control', 'no-cache', 'Expires', 'Fri, 01 Jan 1990 00:00:00 GMT'],
};

/** An operator's page stands in for a generated one, never for an application's. */
function withOperatorPage(core: RouterCore, reply: Reply): Reply {
  if (core.operatorPages.size === 0 || reply.page?.isGenerated !== true) return reply;
  const page = core.operatorPages.get(reply.status);
  return page ? { ...reply, page } : reply;
}
