/** Secrets over the extension: names come out, values only go in. */
import { z } from 'zod';
import { failure } from '../../errors.ts';
import { MAX_SECRETS, secretProblem } from '../../model/secret.ts';
import { paths } from '../../protocol/extension.ts';
import { deploys, views } from '../access/route-access.ts';
import type { ApplicationChanges } from '../application-changes.ts';
import type { DesiredState } from '../desired-state.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { readJson } from './json-body.ts';
import { lockOf } from './lock-routes.ts';
import type { Route } from './route-table.ts';

export interface SecretParts {
  readonly desired: DesiredState;
  readonly changes: ApplicationChanges;
  readonly secrets: SecretStore;
}

const changeSchema = z.object({
  set: z.record(z.string().max(256), z.string()).default({}),
  unset: z.array(z.string().max(256)).max(MAX_SECRETS).default([]),
  isStaged: z.boolean().default(false),
  requestId: z.string().min(8).max(128),
  createdBy: z.string().max(256),
});

export function secretRoutes({ desired, changes, secrets }: SecretParts): readonly Route[] {
  const pattern = paths.secrets(':app').replace('%3A', ':');
  return [
    {
      method: 'GET',
      pattern,
      access: views,
      handler: ({ parameters: { app = '' } }) => ({
        secrets: secrets.list(app, desired.application(app)?.live.secrets ?? {}),
      }),
    },
    {
      method: 'POST',
      pattern,
      access: deploys('secrets'),
      handler: async ({ message, caller, parameters: { app = '' } }) => {
        const { set, ...body } = await readJson(message, changeSchema);
        const request = { ...body, createdBy: caller.author(body.createdBy) };
        checkValues(set);
        // Before the journal: it holds versions, never values.
        const versions = secrets.put(app, set, request);
        return changes.submit(
          { kind: 'secrets', request: { ...request, application: app, set: versions } },
          lockOf(message),
        );
      },
    },
  ];
}

function checkValues(values: Readonly<Record<string, string>>): void {
  const found = secretProblem(values);
  if (found) throw failure('secret.invalid', found);
}
