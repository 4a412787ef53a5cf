/** Sets, removes and lists secrets. Values pass through here and are kept nowhere. */
import { requireRole } from '../backend/require-role.ts';
import { failure } from '../errors.ts';
import { type SecretSummary, type SecretsChange, secretProblem } from '../model/secret.ts';
import { applyChange } from './apply-change.ts';
import type { ChangeResult, OperateContext } from './operate-context.ts';

export async function listSecrets(
  { backend, signal }: OperateContext,
  application: string,
): Promise<readonly SecretSummary[]> {
  return requireRole(backend, 'secrets').list(application, { signal });
}

export interface ChangeSecretsRequest extends SecretsChange {
  readonly application: string;
  readonly isDryRun: boolean;
}

/** @throws AppcfgError `secret.invalid`, `secret.no-value`, `secret.not-found`, `secret.too-many` */
export async function changeSecrets(context: OperateContext, request: ChangeSecretsRequest): Promise<ChangeResult> {
  const { application, isDryRun, ...change } = request;
  const invalid = secretProblem(change.set);
  if (invalid) throw failure('secret.invalid', invalid);
  const empty = Object.entries(change.set).find(([, value]) => value === '');
  if (empty) throw failure('secret.no-value', { name: empty[0] });
  const role = requireRole(context.backend, 'secrets');
  const known = (await role.list(application, { signal: context.signal })).map(({ name }) => name);
  const missing = change.unset.find((name) => !known.includes(name));
  if (missing !== undefined) throw failure('secret.not-found', { application, name: missing, known });
  const plan = [
    ...Object.keys(change.set).map((name) => `${known.includes(name) ? 'replace' : 'add'} the secret ${name}`),
    ...change.unset.map((name) => `remove the secret ${name}`),
    change.isStaged ? 'give it to what is deployed next' : 'start all versions anew with it',
  ];
  return applyChange(context, {
    application,
    what: 'secrets were changing',
    plan,
    isDryRun,
    run: (options) => role.change(application, change, options),
  });
}
