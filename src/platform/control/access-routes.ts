/** Who am I, tokens and the audit log. */
import { z } from 'zod';
import { type AuditQuery, type Identity, type NewToken, roles } from '../../model/access.ts';
import { applicationIdProblem } from '../../model/names.ts';
import { paths } from '../../protocol/extension.ts';
import type { PlatformAccess } from '../access/platform-access.ts';
import { administers, decidesInside, signedIn } from '../access/route-access.ts';
import { readJson } from './json-body.ts';
import type { Route, RouteRequest } from './route-table.ts';

const MOST_SECONDS = 10 * 366 * 86_400;

const newToken = z
  .object({
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,62}$/, 'must be 1 to 63 letters, digits, dots, dashes, _ or @'),
    role: z.enum(roles),
    applications: z
      .array(z.string().refine((id) => applicationIdProblem(id) === undefined, 'is no application id'))
      .min(1)
      .max(100)
      .optional(),
    expiresInSeconds: z.number().int().min(1).max(MOST_SECONDS).optional(),
  })
  .refine(({ role, applications }) => role !== 'admin' || applications === undefined, 'an admin is one of everything')
  // `local` and `unknown` are what the audit log calls others.
  .refine(({ name }) => !['local', 'unknown', 'anonymous'].includes(name), 'this name means somebody else');

export function accessRoutes(access: PlatformAccess): readonly Route[] {
  return [
    { method: 'GET', pattern: paths.whoami, access: signedIn, handler: ({ caller }): Identity => caller.identity },
    ...tokenRoutes(access),
    { method: 'GET', pattern: paths.audit, access: decidesInside(), handler: (request) => listAudit(access, request) },
  ];
}

function tokenRoutes({ tokens }: PlatformAccess): readonly Route[] {
  return [
    { method: 'GET', pattern: paths.tokens, access: administers(), handler: () => ({ tokens: tokens.list() }) },
    {
      method: 'POST',
      pattern: paths.tokens,
      access: administers('create token'),
      handler: async ({ message, caller }) => {
        const wish = (await readJson(message, newToken)) as NewToken;
        const { id, ...created } = tokens.create(wish, caller.author(header(message.headers['x-appcfg-user'])));
        return { ...created, id };
      },
    },
    {
      method: 'DELETE',
      pattern: paths.token(':token').replaceAll('%3A', ':'),
      access: administers('revoke token'),
      handler: ({ parameters }) => tokens.revoke(parameters.token ?? ''),
    },
  ];
}

/** Of one application for those who deploy it; of everything for admins. */
function listAudit({ audit }: PlatformAccess, { caller, query }: RouteRequest): unknown {
  const application = query.get('application') ?? undefined;
  if (application === undefined) caller.require('admin', undefined);
  else caller.require('deployer', application);
  const number = (name: string) => {
    const text = query.get(name);
    return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  };
  const wanted = {
    application,
    actor: query.get('actor') ?? undefined,
    sinceMs: number('since'),
    limit: number('limit'),
  };
  const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
  return { entries: audit.list(given as AuditQuery) };
}

function header(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : '';
}
