/** A handler of app.yaml as the Admin API has it. Pure. */
import type { Handler } from '../../model/handler.ts';
import { durationOfSeconds } from '../../protocol/admin/duration.ts';

type Json = Readonly<Record<string, unknown>>;

/** @param generation of the runtime: later ones refuse what only the first one knows */
export function handlerBody(handler: Handler, generation: 1 | 2): Json {
  const { login, authFailAction, secure, redirectHttpResponseCode: code } = handler;
  return {
    urlRegex: handler.type === 'static-dir' ? `${handler.url.replace(/\/$/, '')}/(.*)` : handler.url,
    securityLevel: `SECURE_${secure.toUpperCase()}`,
    // What says nothing is left out: later runtimes have no logins.
    ...(login === 'optional' ? {} : { login: `LOGIN_${login.toUpperCase()}` }),
    ...(authFailAction === 'redirect' ? {} : { authFailAction: `AUTH_FAIL_ACTION_${authFailAction.toUpperCase()}` }),
    ...(code === undefined ? {} : { redirectHttpResponseCode: `REDIRECT_HTTP_RESPONSE_CODE_${code}` }),
    ...target(handler, generation),
  };
}

function target(handler: Handler, generation: 1 | 2): Json {
  switch (handler.type) {
    case 'script':
      return { script: { scriptPath: handler.script } };
    case 'api-endpoint':
      return { apiEndpoint: handler.script === undefined ? {} : { scriptPath: handler.script } };
    case 'static-files':
      return {
        staticFiles: { path: handler.files, uploadPathRegex: handler.upload, ...staticFields(handler, generation) },
      };
    case 'static-dir': {
      const directory = handler.directory.replace(/\/$/, '');
      const fields = staticFields(handler, generation);
      return { staticFiles: { path: `${directory}/\\1`, uploadPathRegex: `${directory}/.*`, ...fields } };
    }
  }
}

function staticFields(
  handler: Extract<Handler, { readonly type: 'static-dir' | 'static-files' }>,
  generation: 1 | 2,
): Json {
  const { mimeType, httpHeaders, requireMatchingFile, applicationReadable, expirationSeconds } = handler;
  return {
    ...(mimeType === undefined ? {} : { mimeType }),
    ...(httpHeaders === undefined ? {} : { httpHeaders }),
    ...(requireMatchingFile === undefined ? {} : { requireMatchingFile }),
    ...(applicationReadable === undefined || generation === 2 ? {} : { applicationReadable }),
    ...(expirationSeconds === undefined ? {} : { expiration: durationOfSeconds(expirationSeconds) }),
  };
}
