/** Handlers as the model has them, from the values of a file. */
import type { ErrorHandler, Handler } from '../../model/handler.ts';
import type { ValueOf } from '../shape/shape.ts';
import { handlerType } from './check-handler.ts';
import type { errorHandlers, handlerShape } from './handler-keys.ts';

export type HandlerValues = ValueOf<typeof handlerShape>;

/** undefined for a handler that is not whole; that was reported. */
export function handlerOf(values: HandlerValues): Handler | undefined {
  const { url, redirect_http_response_code: redirect } = values;
  if (url === undefined) return undefined;
  const base = {
    url,
    login: values.login ?? 'optional',
    authFailAction: values.auth_fail_action ?? 'redirect',
    secure: values.secure ?? 'optional',
    ...(redirect === undefined ? {} : { redirectHttpResponseCode: redirect }),
  } as const;
  switch (handlerType(values)) {
    case 'script':
      return { ...base, type: 'script', script: values.script ?? '' };
    case 'static_files':
      return {
        ...base,
        ...staticPart(values),
        type: 'static-files',
        files: values.static_files ?? '',
        upload: values.upload ?? '',
      };
    case 'static_dir':
      return { ...base, ...staticPart(values), type: 'static-dir', directory: values.static_dir ?? '' };
    case 'api_endpoint':
      return { ...base, type: 'api-endpoint', ...(values.script === undefined ? {} : { script: values.script }) };
    case undefined:
      return undefined;
  }
}

function staticPart(values: HandlerValues) {
  return {
    ...(values.mime_type === undefined ? {} : { mimeType: values.mime_type }),
    ...(values.expiration === undefined ? {} : { expirationSeconds: values.expiration }),
    ...(values.http_headers === undefined ? {} : { httpHeaders: values.http_headers }),
    ...(values.require_matching_file === undefined ? {} : { requireMatchingFile: values.require_matching_file }),
    ...(values.application_readable === undefined ? {} : { applicationReadable: values.application_readable }),
  };
}

export function errorHandlersOf(values: ValueOf<typeof errorHandlers> | undefined): readonly ErrorHandler[] {
  return (values ?? []).flatMap(({ error_code: code, file, mime_type: mimeType }) => {
    if (file === undefined) return [];
    return [{ errorCode: code ?? 'default', file, ...(mimeType === undefined ? {} : { mimeType }) }];
  });
}
