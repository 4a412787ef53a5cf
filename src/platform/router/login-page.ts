/** The local login page: `/_ah/login` and `/_ah/logout`, for the person at this machine only. */
import { messageOf } from '../../errors.ts';
import { escapeHtml, HTML } from './error-pages.ts';
import { collectBody } from './exchange.ts';
import { isLocalClient } from './local-client.ts';
import { LOGIN_COOKIE } from './login-cookie.ts';
import { answer, pageReply, type Reply, textReply } from './replies.ts';
import { headerValue } from './request-head.ts';
import type { RoutedRequest } from './routed-request.ts';
import type { RouterCore } from './router-core.ts';

const LOGIN_PATH = '/_ah/login';
const LOGOUT_PATH = '/_ah/logout';
const LOGIN_LASTS_MS = 24 * 3600 * 1000;
const MAX_FORM_BYTES = 8192;

export function isLoginPath(path: string): boolean {
  return path === LOGIN_PATH || path === LOGOUT_PATH;
}

/** Where somebody is sent who must sign in first. */
export function loginUrl(request: RoutedRequest): string {
  const here = `${originOf(request)}${request.target.rawPath}${request.target.query}`;
  return `${originOf(request)}${LOGIN_PATH}?continue=${encodeURIComponent(here)}`;
}

export function originOf(request: RoutedRequest): string {
  return `${request.isSecure ? 'https' : 'http'}://${request.host}`;
}

export function serveLogin(core: RouterCore, request: RoutedRequest): void {
  const { exchange, target } = request;
  const query = new URLSearchParams(target.query);
  if (target.path === LOGOUT_PATH) {
    const location = safeContinue(request, query.get('continue'));
    const cookie = `${LOGIN_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`;
    answer(core, request, { status: 302, headers: ['Location', location, 'Set-Cookie', cookie] });
    return;
  }
  // Anybody may call themselves anything on this page, so only the person at this machine may use it.
  if (!isLocalClient(core, exchange, request.host)) {
    const text = 'The login page of this platform answers only to a browser on the same machine.';
    answer(core, request, pageReply(403, 'Forbidden', text));
    return;
  }
  if (exchange.method !== 'POST') {
    answer(core, request, formReply(request, query.get('continue')));
    return;
  }
  if (!isSameOrigin(request)) {
    answer(core, request, textReply(403, 'The form came from another site.'));
    return;
  }
  collectBody(exchange, MAX_FORM_BYTES).then(
    (body) => signIn(core, request, new URLSearchParams(body.toString())),
    (error: unknown) => answer(core, request, textReply(413, messageOf(error))),
  );
}

function signIn(core: RouterCore, request: RoutedRequest, form: URLSearchParams): void {
  const email = (form.get('email') ?? '').trim();
  if (!/^[^\s@|:;,"<>\\]{1,100}@[a-z0-9.-]{1,100}$/i.test(email)) {
    answer(core, request, textReply(400, 'Please give an e-mail address.'));
    return;
  }
  const application = request.route.application.id;
  const expiresMs = core.clock.now() + LOGIN_LASTS_MS;
  const isAdmin = form.get('admin') === 'True';
  const value = core.signer.sign({ email, isAdmin, application, expiresMs });
  const cookie = `${LOGIN_COOKIE}=${value}; Path=/; HttpOnly; SameSite=Lax${request.isSecure ? '; Secure' : ''}`;
  const location = safeContinue(request, form.get('continue'));
  answer(core, request, { status: 302, headers: ['Location', location, 'Set-Cookie', cookie] });
}

/** Browsers say where a form comes from; other programs may leave it out. */
function isSameOrigin(request: RoutedRequest): boolean {
  const { rawHeaders } = request.exchange;
  const site = headerValue(rawHeaders, 'sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const origin = headerValue(rawHeaders, 'origin');
  return origin === undefined || origin === originOf(request);
}

/** Only back to the same host: the page must not send people elsewhere. */
function safeContinue(request: RoutedRequest, wanted: string | null): string {
  const origin = originOf(request);
  if (wanted === null || !URL.canParse(wanted, origin)) return `${origin}/`;
  const url = new URL(wanted, origin);
  return url.host === new URL(origin).host && /^https?:$/.test(url.protocol) ? url.href : `${origin}/`;
}

function formReply(request: RoutedRequest, wanted: string | null): Reply {
  const destination = escapeHtml(safeContinue(request, wanted));
  const email = escapeHtml(request.user?.email ?? 'test@example.com');
  const checked = request.user?.isAdmin === true ? ' checked' : '';
  const body = `<!doctype html><html><head><meta charset="utf-8"><title>Login</title></head><body>
<h1>${request.user ? `Signed in as ${email}` : 'Not signed in'}</h1>
<form method="post" action="${LOGIN_PATH}">
<p><label>E-mail: <input name="email" type="email" value="${email}" required></label></p>
<p><label><input name="admin" type="checkbox" value="True"${checked}> Sign in as administrator</label></p>
<input name="continue" type="hidden" value="${destination}">
<p><button>Log in</button> <a href="${LOGOUT_PATH}">Log out</a></p>
</form></body></html>
`;
  const headers = ['Cache-Control', 'no-store', 'X-Frame-Options', 'DENY', 'Referrer-Policy', 'same-origin'];
  return { status: 200, headers, page: { contentType: HTML, body: Buffer.from(body) } };
}
