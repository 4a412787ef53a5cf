/** What may stop a request before a handler sees it, and before the application does. */
import type { Handler } from '../../model/handler.ts';
import { bodyProblem } from './body-rules.ts';
import type { InternalKind } from './internal-request.ts';
import { loginUrl, originOf } from './login-page.ts';
import { loginOutcome } from './login-rules.ts';
import { failureReply, pageReply, type Reply, redirectReply, textReply } from './replies.ts';
import { cleanPath, encodePath } from './request-path.ts';
import type { RoutedRequest } from './routed-request.ts';

const lifecyclePaths = ['/_ah/start', '/_ah/stop', '/_ah/background', '/_ah/warmup'];

/** Whole request, whatever handler it belongs to. */
export function requestProblem(request: RoutedRequest): Reply | undefined {
  const { exchange, target, head, route } = request;
  const { compiled } = route.version;
  if (!exchange.internal && route.application.isDenied?.(request.clientIp) === true) {
    return failureReply(request, 'dos_api_denial', pageReply(403, 'Forbidden', 'Access is denied.'));
  }
  if (!exchange.internal && route.application.modules.get(route.module)?.isInternalOnly === true) {
    return pageReply(403, 'Forbidden', 'This can only be reached from inside the application.');
  }
  const cleaned = cleanPath(target.path);
  // Absolute, because a path may begin with two slashes and would then name another host.
  if (cleaned !== undefined) return redirectReply(302, `${originOf(request)}${encodePath(cleaned)}${target.query}`);
  if (!sendsLifecycle(exchange.internal?.kind) && isLifecyclePath(target.path)) {
    return pageReply(404, 'Not Found', 'There is nothing here.');
  }
  const problem = bodyProblem({ method: exchange.method, path: target.path, isFlexible: compiled.isFlexible }, head);
  return problem && textReply(problem.status, problem.text);
}

/** What the handler demands of its callers. */
export function handlerProblem(request: RoutedRequest, handler: Handler): Reply | undefined {
  if (request.exchange.internal === undefined) {
    const redirect = secureRedirect(request, handler);
    if (redirect) return redirect;
  }
  if (handler.login === 'optional') return undefined;
  const { internal } = request.exchange;
  const outcome = loginOutcome(handler.login, handler.authFailAction, {
    user: request.user,
    internal: internal?.kind,
    isSameApplication: internal?.callerApplication === request.route.application.id,
  });
  switch (outcome) {
    case 'ok':
      return undefined;
    case 'redirect':
      return redirectReply(302, loginUrl(request));
    case 'unauthorized':
      return textReply(401, 'Login required to view page.');
    case 'not-admin':
      return textReply(401, `Current logged in user ${request.user?.email} is not authorized to view this page.`);
  }
}

/** Calls that no handler of the application's can take. */
export function bypassesHandlers(kind: InternalKind | undefined): boolean {
  return kind === 'stop' || kind === 'background';
}

/** Tasks, cron jobs and fetches go where the application says: they don't begin and end instances either. */
function sendsLifecycle(kind: InternalKind | undefined): boolean {
  return kind === 'start' || kind === 'stop' || kind === 'warmup' || kind === 'background';
}

/** Only the platform sends these (S3: "users cannot send a request to /_ah/start"). */
function isLifecyclePath(path: string): boolean {
  return path.startsWith('/_ah/') && lifecyclePaths.some((own) => path === own || path.startsWith(`${own}/`));
}

function secureRedirect(request: RoutedRequest, handler: Handler): Reply | undefined {
  const { isSecure, host, target } = request;
  const status = handler.redirectHttpResponseCode ?? 302;
  if (handler.secure === 'always' && !isSecure) {
    return redirectReply(status, `https://${host}${target.rawPath}${target.query}`);
  }
  // The query stays behind: it may hold what was sent in confidence.
  if (handler.secure === 'never' && isSecure) return redirectReply(status, `http://${host}${target.rawPath}`);
  return undefined;
}
