/** Secrets as a table: names only. */
import type { SecretSummary } from '../../model/secret.ts';
import { localTime } from './quantity.ts';
import type { Style } from './style.ts';
import { renderTable } from './table.ts';

export function renderSecrets(secrets: readonly SecretSummary[], style: Style): string {
  if (secrets.length === 0) return 'There are no secrets.';
  return renderTable(
    secrets,
    [
      { header: 'SECRET', cell: (secret) => secret.name },
      { header: 'VERSION', cell: (secret) => String(secret.version), align: 'right' },
      { header: 'SET', cell: (secret) => localTime(secret.createdAt) },
      { header: 'BY', cell: (secret) => secret.createdBy },
    ],
    style,
  );
}
