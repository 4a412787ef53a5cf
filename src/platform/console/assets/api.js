/** The platform's own API, the one that the tool uses, with the token of this tab's session. */

const ROOT = '/appcfg/v1';
const KEPT_AS = 'appcfg-console';

/** Kept for the tab and for this address alone, port included; a cookie would go to every port of the host. */
let session = stored();
let onSignedOut = () => {};

export class ApiError extends Error {
  constructor(message, hints, status) {
    super(message);
    this.hints = hints;
    this.status = status;
  }
}

export function currentUser() {
  return session?.user;
}

export function whenSignedOut(callback) {
  onSignedOut = callback;
}

export async function signIn(code) {
  const opened = await call('POST', '/console:session', { code }, { isPublic: true });
  keep(opened);
}

export async function signOut() {
  if (session) await call('DELETE', '/console:session').catch(() => {});
  keep(undefined);
}

/** `appPath('demo', 'queues', 'a b')` */
export function appPath(application, ...parts) {
  return ['/apps', application, ...parts]
    .map((part, index) => (index === 0 ? part : encodeURIComponent(part)))
    .join('/');
}

export async function call(method, path, body, { signal, isPublic = false } = {}) {
  const response = await send(method, path, { body, signal, isPublic });
  return response.json();
}

export function get(path, signal) {
  return call('GET', path, undefined, { signal });
}

/** A change that the platform carries out as an operation: resolves when it is done. */
export async function change(method, application, path, body = {}) {
  const who = { requestId: crypto.randomUUID(), createdBy: session?.user ?? '' };
  let operation = await call(method, path, { ...body, ...who });
  while (operation.state === 'pending') {
    operation = await get(`${appPath(application, 'operations', operation.id)}?after=100000&waitMs=20000`);
  }
  if (operation.state === 'failed') throw new ApiError(operation.error.message, operation.error.hints ?? [], 400);
  return operation;
}

/** Replaces one kind of settings as a whole. */
export async function putSettings(application, kind, value) {
  const headers = { 'x-appcfg-user': session?.user ?? '', 'x-appcfg-request-id': crypto.randomUUID() };
  const response = await send('PUT', appPath(application, 'settings', kind), { body: { value }, headers });
  const operation = await response.json();
  const path = `${appPath(application, 'operations', operation.id)}?after=100000&waitMs=20000`;
  const ended = operation.state === 'pending' ? await get(path) : operation;
  if (ended.state === 'failed') throw new ApiError(ended.error.message, ended.error.hints ?? [], 400);
}

/** Calls back with every line of JSON as it comes; resolves when the answer ends. */
export async function stream(path, onRecord, signal) {
  const response = await send('GET', path, { signal });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    const lines = (rest + piece.value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') onRecord(JSON.parse(line));
  }
}

async function send(method, path, { body, signal, isPublic = false, headers = {} }) {
  const response = await fetch(ROOT + path, {
    method,
    signal,
    cache: 'no-store',
    credentials: 'omit',
    headers: {
      ...headers,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(session && !isPublic ? { authorization: `Bearer ${session.token}` } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (response.ok) return response;
  if (response.status === 401) {
    keep(undefined);
    onSignedOut();
  }
  const problem = await response.json().catch(() => undefined);
  const message = problem?.error?.message ?? `The platform answered with status ${response.status}.`;
  throw new ApiError(message, problem?.error?.appcfg?.hints ?? [], response.status);
}

function keep(opened) {
  session = opened && { token: opened.token, user: opened.user };
  if (session) sessionStorage.setItem(KEPT_AS, JSON.stringify(session));
  else sessionStorage.removeItem(KEPT_AS);
}

function stored() {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEPT_AS) ?? 'null');
    return typeof found?.token === 'string' ? found : undefined;
  } catch {
    return undefined;
  }
}
