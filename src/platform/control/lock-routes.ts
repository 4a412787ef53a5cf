/** Locks on applications, under `/appcfg/v1/`. */
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { LONGEST_LOCK_MS } from '../../model/lock.ts';
import { LOCK_HEADER, paths } from '../../protocol/extension.ts';
import type { Clock } from '../../support/clock.ts';
import { deploys } from '../access/route-access.ts';
import type { ApplicationLocks } from '../application-locks.ts';
import { requireApplication } from '../changes.ts';
import type { DesiredState } from '../desired-state.ts';
import { readJson } from './json-body.ts';
import type { Route } from './route-table.ts';

export interface LockParts {
  readonly desired: DesiredState;
  readonly locks: ApplicationLocks;
  readonly clock: Clock;
}

const SHORTEST_LOCK_MS = 1000;

const wishSchema = z.object({
  createdBy: z.string().max(256),
  reason: z.string().min(1).max(1024),
  ttlMs: z.number().int().min(SHORTEST_LOCK_MS).max(LONGEST_LOCK_MS),
  isRenewed: z.boolean(),
});
const idSchema = z.object({ id: z.string().max(64) });

export function lockRoutes({ desired, locks }: LockParts): readonly Route[] {
  const pattern = paths.lock(':app').replace('%3A', ':');
  return [
    {
      method: 'POST',
      pattern,
      access: deploys('lock'),
      handler: async ({ message, parameters, caller }) => {
        const { createdBy, ...wish } = await readJson(message, wishSchema);
        const { id } = requireApplication({ desired }, parameters.app ?? '');
        return locks.acquire(id, { ...wish, holder: caller.author(createdBy) });
      },
    },
    {
      method: 'PUT',
      pattern,
      access: deploys('renew lock'),
      handler: async ({ message, parameters }) =>
        locks.renew(parameters.app ?? '', (await readJson(message, idSchema)).id),
    },
    {
      method: 'DELETE',
      pattern,
      access: deploys('release lock'),
      handler: async ({ message, parameters }) => {
        locks.release(parameters.app ?? '', (await readJson(message, idSchema)).id);
        return {};
      },
    },
  ];
}

/** The lock that a client holds, by its own word: its id is its proof. */
export function lockOf({ headers }: IncomingMessage): string | undefined {
  const value = headers[LOCK_HEADER];
  return typeof value === 'string' ? value : undefined;
}
