/** The error catalogue: every failure that a person can meet, keyed by its stable code. */
import { apiErrors } from './errors/api.ts';
import { backendErrors } from './errors/backend.ts';
import { cliErrors } from './errors/cli.ts';
import { configErrors } from './errors/config.ts';
import { deployErrors } from './errors/deploy.ts';
import type { ErrorEntry, Fault } from './errors/entry.ts';
import { googleErrors } from './errors/google.ts';
import { isolationErrors } from './errors/isolation.ts';
import { packagingErrors } from './errors/packaging.ts';
import { platformErrors } from './errors/platform.ts';
import { pluginErrors } from './errors/plugins.ts';
import { runtimeErrors } from './errors/runtime.ts';
import { scheduledErrors } from './errors/scheduled.ts';
import { secretErrors } from './errors/secrets.ts';
import { signInErrors } from './errors/sign-in.ts';
import { socketErrors } from './errors/sockets.ts';
import { storeErrors } from './errors/store.ts';
import { webhookErrors } from './errors/webhooks.ts';

export const errorCatalogue = {
  ...apiErrors,
  ...backendErrors,
  ...cliErrors,
  ...configErrors,
  ...deployErrors,
  ...googleErrors,
  ...isolationErrors,
  ...packagingErrors,
  ...platformErrors,
  ...pluginErrors,
  ...runtimeErrors,
  ...scheduledErrors,
  ...secretErrors,
  ...signInErrors,
  ...socketErrors,
  ...storeErrors,
  ...webhookErrors,
} as const;

type Catalogue = typeof errorCatalogue;
export type ErrorCode = keyof Catalogue;
export type ErrorDetails<C extends ErrorCode> = Parameters<Catalogue[C]['message']>[0];

/** What travels over the wire and into `--json`: the same for every error. */
export interface ErrorBody {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly hints: readonly string[];
}

/** An expected failure. `code` is stable; `message` is one sentence; `hints` are what to do next. */
export class AppcfgError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
  readonly hints: readonly string[];
  readonly fault: Fault;
  readonly exitCode: number;

  constructor(body: ErrorBody, options?: { readonly cause?: unknown }) {
    super(body.message, options);
    this.name = 'AppcfgError';
    const entry = (errorCatalogue as Record<string, ErrorEntry<never>>)[body.code];
    this.code = body.code;
    this.details = body.details;
    this.hints = body.hints;
    this.fault = entry?.fault ?? 'bug';
    this.exitCode = entry?.exitCode ?? 1;
  }

  toBody(): ErrorBody {
    return { code: this.code, message: this.message, details: this.details, hints: this.hints };
  }
}

/** Makes the error of a code; its sentence and next steps come from the catalogue. Callers `throw` the result. */
export function failure<C extends ErrorCode>(
  code: C,
  details: ErrorDetails<C>,
  options?: { readonly cause?: unknown },
): AppcfgError {
  const entry = errorCatalogue[code] as unknown as ErrorEntry<ErrorDetails<C>>;
  const body: ErrorBody = {
    code,
    message: entry.message(details),
    details: details as Readonly<Record<string, unknown>>,
    hints: entry.hints?.(details) ?? [],
  };
  return new AppcfgError(body, options);
}

/** By name and not by class: the tool's and the platform's bundles each have a copy of this file. */
export function isAppcfgError(error: unknown): error is AppcfgError {
  return error instanceof Error && error.name === 'AppcfgError' && 'fault' in error;
}

/** The sentence of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
