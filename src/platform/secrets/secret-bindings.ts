/** Which values of secrets something was given. */
import { canonicalJson } from '../../support/canonical-json.ts';

/** Name -> version of its value. */
export type SecretBindings = Readonly<Record<string, number>>;

export function hasSameSecrets(a: SecretBindings | undefined, b: SecretBindings | undefined): boolean {
  return canonicalJson(a ?? {}) === canonicalJson(b ?? {});
}
