/** The address of the web console, with a code that signs one browser in. */
import { requireRole } from '../backend/require-role.ts';
import type { OperateContext } from './operate-context.ts';

export interface ConsoleAddress {
  /** Good once, for `expiresInMs`. */
  readonly url: string;
  readonly expiresInMs: number;
}

/** @throws AppcfgError `backend.unsupported` */
export function openConsole({ backend, signal }: OperateContext): Promise<ConsoleAddress> {
  return requireRole(backend, 'console').open({ signal });
}
