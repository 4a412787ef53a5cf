/** Pins of releases, under `/appcfg/v1/`: what collection never takes. */
import { z } from 'zod';
import { failure } from '../../errors.ts';
import type { ReleasePin, ReleaseSummary } from '../../model/release.ts';
import { paths } from '../../protocol/extension.ts';
import { deploys } from '../access/route-access.ts';
import { requireApplication } from '../changes.ts';
import { readJson } from './json-body.ts';
import { type LockParts, lockOf } from './lock-routes.ts';
import type { Route, RouteRequest } from './route-table.ts';

const pinSchema = z.object({ createdBy: z.string().max(256), reason: z.string().max(1024).optional() });
const unpinSchema = z.object({ createdBy: z.string().max(256) });

export function pinRoutes(parts: LockParts): readonly Route[] {
  const pattern = paths.pin('KEEP', 'KEPT').replace('KEEP', ':app').replace('KEPT', ':release');
  return [
    {
      method: 'PUT',
      pattern,
      access: deploys('pin release'),
      handler: async (request) => {
        const { createdBy, reason } = await readJson(request.message, pinSchema);
        const pin = { at: new Date(parts.clock.now()).toISOString(), by: request.caller.author(createdBy) };
        return setPin(parts, request, reason === undefined ? pin : { ...pin, reason });
      },
    },
    {
      method: 'DELETE',
      pattern,
      access: deploys('unpin release'),
      handler: async (request) => {
        await readJson(request.message, unpinSchema);
        return setPin(parts, request, undefined);
      },
    },
  ];
}

function setPin(
  { desired, locks }: LockParts,
  { message, parameters }: RouteRequest,
  pin: ReleasePin | undefined,
): ReleaseSummary {
  const { id: application } = requireApplication({ desired }, parameters.app ?? '');
  const { release = '' } = parameters;
  locks.check(application, lockOf(message));
  desired.setPin(application, release, pin);
  const found = desired.releases(application).find(({ id }) => id === release);
  if (!found) throw failure('release.not-found', { application, release });
  return found;
}
