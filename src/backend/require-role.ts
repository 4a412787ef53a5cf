/** Narrows a backend to one that has an optional role. */
import { failure } from '../errors.ts';
import type { Backend, OptionalRole } from './backend.ts';

const backendsWith: Readonly<Record<OptionalRole, readonly string[]>> = {
  settings: ['platform', 'google'],
  instances: ['platform', 'google'],
  logs: ['platform', 'google'],
  source: ['platform', 'google'],
  cron: ['platform', 'google'],
  queues: ['platform', 'google'],
  lock: ['platform'],
  pins: ['platform'],
  usage: ['platform'],
  secrets: ['platform'],
  monitoring: ['platform'],
  webhooks: ['platform'],
  console: ['platform'],
  access: ['platform'],
};

/** @throws AppcfgError `backend.unsupported` naming the backends that can */
export function requireRole<R extends OptionalRole>(backend: Backend, role: R): NonNullable<Backend[R]> {
  const found = backend[role];
  if (found === undefined) {
    throw failure('backend.unsupported', { backend: backend.name, role, others: backendsWith[role] });
  }
  return found as NonNullable<Backend[R]>;
}
