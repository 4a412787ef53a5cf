/** URL handlers of a version, first match wins (spec runtime.md 4). */

export type Login = 'optional' | 'required' | 'admin';
export type AuthFailAction = 'redirect' | 'unauthorized';
export type Secure = 'never' | 'always' | 'optional';

interface HandlerBase {
  /** Regular expression for the whole path; of `static-dir` a literal prefix. */
  readonly url: string;
  readonly login: Login;
  readonly authFailAction: AuthFailAction;
  readonly secure: Secure;
  readonly redirectHttpResponseCode?: 301 | 302 | 303 | 307;
}

export interface ScriptHandler extends HandlerBase {
  readonly type: 'script';
  /** `module.app`, `file.py`, `auto`, `_go_app`, `file.php` ... */
  readonly script: string;
}

interface StaticHandlerBase extends HandlerBase {
  readonly mimeType?: string;
  readonly expirationSeconds?: number;
  readonly httpHeaders?: Readonly<Record<string, string>>;
  readonly requireMatchingFile?: boolean;
  readonly applicationReadable?: boolean;
}

export interface StaticFilesHandler extends StaticHandlerBase {
  readonly type: 'static-files';
  /** File path, with `\1` back-references to groups of `url`. */
  readonly files: string;
  /** Regular expression of the uploaded paths, anchored at the start. */
  readonly upload: string;
}

export interface StaticDirHandler extends StaticHandlerBase {
  readonly type: 'static-dir';
  readonly directory: string;
}

export interface ApiEndpointHandler extends HandlerBase {
  readonly type: 'api-endpoint';
  readonly script?: string;
}

export type Handler = ScriptHandler | StaticFilesHandler | StaticDirHandler | ApiEndpointHandler;

export interface ErrorHandler {
  readonly errorCode: 'default' | 'over_quota' | 'dos_api_denial' | 'timeout';
  readonly file: string;
  readonly mimeType?: string;
}
