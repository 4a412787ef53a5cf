/** A handler of a Version resource as app.yaml has it. */
import { authFailActions, enumValue, logins, redirectCodes, securityLevels } from './enums.ts';
import type { UrlMap } from './version-shape.ts';

type Data = Readonly<Record<string, unknown>>;

export function moduleHandler(handler: UrlMap): Data {
  const { script, apiEndpoint, staticFiles } = handler;
  const redirect = enumValue(redirectCodes, handler.redirectHttpResponseCode, 'REDIRECT_HTTP_RESPONSE_CODE_');
  return defined({
    url: handler.urlRegex,
    login: lower(enumValue(logins, handler.login, 'LOGIN_')),
    auth_fail_action: lower(enumValue(authFailActions, handler.authFailAction, 'AUTH_FAIL_ACTION_')),
    secure: lower(enumValue(securityLevels, handler.securityLevel, 'SECURE_')),
    redirect_http_response_code: redirect === undefined ? undefined : Number(redirect),
    ...(staticFiles ? staticHandler(handler.urlRegex, staticFiles) : {}),
    ...(apiEndpoint ? { api_endpoint: true, script: apiEndpoint.scriptPath } : {}),
    ...(script && !staticFiles ? { script: script.scriptPath } : {}),
  });
}

function staticHandler(url: string | undefined, files: NonNullable<UrlMap['staticFiles']>): Data {
  const { path, uploadPathRegex: upload, expiration } = files;
  const directory = directoryOf(url, path, upload);
  return {
    ...(directory ?? { static_files: path, upload }),
    mime_type: files.mimeType || undefined,
    http_headers: files.httpHeaders && Object.keys(files.httpHeaders).length > 0 ? files.httpHeaders : undefined,
    require_matching_file: files.requireMatchingFile,
    application_readable: files.applicationReadable,
    expiration: expiration === undefined ? undefined : `${Math.ceil(Number.parseFloat(expiration))}s`,
  };
}

/** Google's tools rewrite a `static_dir` to expressions before they send it; recognised, it is one again. */
function directoryOf(url: string | undefined, path: string | undefined, upload: string | undefined): Data | undefined {
  const prefix = /^(\/[\w/.~-]*)\/\(\.\*\)$/.exec(url ?? '')?.[1];
  const directory = /^(.+)\/\\1$/.exec(path ?? '')?.[1];
  if (prefix === undefined || directory === undefined || upload === undefined) return undefined;
  const isWhole = [directory, escaped(directory)].some((text) => upload === `${text}/.*`);
  return isWhole ? { url: prefix, static_dir: directory } : undefined;
}

function escaped(text: string): string {
  return text.replace(/[^\w/]/g, '\\$&');
}

function lower(value: string | undefined): string | undefined {
  return value?.toLowerCase();
}

function defined(value: Data): Data {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}
