/** Identities, tokens, settings and the audit log -> text. */
import { type AuditEntry, describeGrant, type Identity, type TokenSummary } from '../../model/access.ts';
import type { Context } from '../configuration/user-settings.ts';
import { renderPairs } from './pairs.ts';
import { printable } from './printable.ts';
import { localTime } from './quantity.ts';
import { plainStyle, type Style } from './style.ts';
import { renderTable } from './table.ts';

export interface IdentityFacts extends Identity {
  readonly server?: string;
  readonly context?: string;
  readonly tokenFrom?: string;
}

export function renderIdentity(facts: IdentityFacts): string {
  const { name, server, context, tokenFrom, expiresAt } = facts;
  return renderPairs(
    [
      ['Name', name],
      ['Role', describeGrant(facts)],
      ['Server', server ?? 'the platform on this machine'],
      ['Context', context],
      ['Token from', tokenFrom],
      ['Good until', expiresAt === undefined ? undefined : localTime(expiresAt)],
    ],
    plainStyle,
  );
}

export function renderTokens(tokens: readonly TokenSummary[], now: number, style: Style): string {
  if (tokens.length === 0) return 'There are no tokens. Make one: appcfg token create NAME --role deployer';
  const time = (text: string | undefined) => (text === undefined ? '' : localTime(text));
  return renderTable(
    tokens,
    [
      { header: 'ID', cell: (row) => row.id },
      { header: 'NAME', cell: (row) => row.name },
      { header: 'ROLE', cell: describeGrant },
      { header: 'STATE', cell: (row) => stateOf(row, now, style) },
      { header: 'MADE', cell: (row) => time(row.createdAt) },
      { header: 'BY', cell: (row) => printable(row.createdBy) },
      { header: 'GOOD UNTIL', cell: (row) => time(row.expiresAt) },
      { header: 'LAST USED', cell: (row) => time(row.lastUsedAt) },
    ],
    style,
  );
}

function stateOf({ revokedAt, expiresAt }: TokenSummary, now: number, style: Style): string {
  if (revokedAt !== undefined) return style.red('revoked');
  return expiresAt !== undefined && Date.parse(expiresAt) <= now ? style.yellow('expired') : style.green('good');
}

export function renderAudit(entries: readonly AuditEntry[], style: Style): string {
  if (entries.length === 0) return 'There are no such entries.';
  return renderTable(
    entries,
    [
      { header: 'TIME', cell: (row) => localTime(row.time) },
      { header: 'WHO', cell: (row) => printable(row.actor) },
      { header: 'FROM', cell: (row) => row.address ?? '' },
      { header: 'WHAT', cell: (row) => printable(row.action) },
      { header: 'APPLICATION', cell: (row) => printable(row.application ?? '') },
      { header: 'RESULT', cell: (row) => resultOf(row, style) },
      { header: 'ON', cell: (row) => printable(row.target ?? '') },
    ],
    style,
  );
}

function resultOf({ result, error }: AuditEntry, style: Style): string {
  const text = error === undefined ? result : `${result} (${error})`;
  return result === 'refused' || result === 'failed' ? style.red(text) : text;
}

export interface ContextRow extends Context {
  readonly name: string;
  readonly isInUse: boolean;
  readonly isSignedIn: boolean;
}

export function renderContexts(rows: readonly ContextRow[], style: Style): string {
  return renderTable(
    rows,
    [
      { header: 'CONTEXT', cell: (row) => (row.isInUse ? style.green(`${row.name} (in use)`) : row.name) },
      { header: 'SERVER', cell: (row) => (row.server === '' ? 'the platform on this machine' : row.server) },
      { header: 'APPLICATION', cell: (row) => row.application ?? '' },
      { header: 'SIGNED IN', cell: (row) => (row.server === '' ? 'not needed' : row.isSignedIn ? 'yes' : 'no') },
    ],
    style,
  );
}

export interface SettingRow {
  readonly key: string;
  readonly value: string | undefined;
  readonly from: string;
}

export function renderSettings(rows: readonly SettingRow[], style: Style): string {
  return renderTable(
    rows,
    [
      { header: 'SETTING', cell: (row) => row.key },
      { header: 'VALUE', cell: (row) => printable(row.value ?? '') },
      { header: 'FROM', cell: (row) => printable(row.from) },
    ],
    style,
  );
}
