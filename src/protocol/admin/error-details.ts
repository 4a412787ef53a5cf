/** The details of errors, as Google's APIs write them. */
import type { ErrorBodyLike } from '../../model/operation-event.ts';

type Json = Readonly<Record<string, unknown>>;

/** Our own code and facts, for programs. */
export function errorInfo({ code, details }: Pick<ErrorBodyLike, 'code' | 'details'>): Json {
  const metadata = Object.entries(details).map(([key, value]): [string, string] => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: code.toUpperCase().replace(/[^A-Z0-9]+/g, '_'),
    domain: 'appcfg',
    metadata: Object.fromEntries(metadata),
  };
}

export interface FieldViolation {
  readonly field: string;
  readonly description: string;
}

export function badRequest(fieldViolations: readonly FieldViolation[]): Json {
  return { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations };
}

/** What a person may do next. */
export function help(hints: readonly string[]): Json {
  return { '@type': 'type.googleapis.com/google.rpc.LocalizedMessage', locale: 'en-US', message: hints.join('\n') };
}
