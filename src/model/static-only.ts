/** Versions that consist of static files alone: they need no process. */
import type { VersionSpec } from './version-spec.ts';

/** The runtime name for a version without any code. */
export const STATIC_RUNTIME = 'static';

/** True when no request can reach code: the router answers everything itself and never claims an instance. */
export function isStaticOnly(spec: VersionSpec): boolean {
  if (spec.runtime === STATIC_RUNTIME) return true;
  return spec.handlers.length > 0 && spec.handlers.every(isStatic);
}

function isStatic(handler: VersionSpec['handlers'][number]): boolean {
  switch (handler.type) {
    case 'static-files':
    case 'static-dir':
      return true;
    case 'script':
    case 'api-endpoint':
      return false;
  }
}
