/** Locks -> sentences. */
import type { ApplicationLock } from '../../model/lock.ts';
import type { LockStatus } from '../../operate/lock.ts';
import { localTime } from './quantity.ts';
import type { Style } from './style.ts';

/** The end of "Application x is ...". */
export function lockText({ holder, since, reason, expiresAt, isRenewed }: ApplicationLock): string {
  const end = isRenewed ? 'for as long as its holder lives' : `until ${localTime(expiresAt)}`;
  return `locked by ${holder} since ${localTime(since)}, ${end}: ${reason}`;
}

export function renderLock(application: string, lock: ApplicationLock, style: Style): string {
  return `${style.bold(application)} is ${lockText(lock)}\nYour own commands: APPCFG_LOCK=${lock.id} appcfg ...`;
}

export function renderLockStatus({ application, lock, running }: LockStatus, style: Style): string {
  const state = lock === null ? 'not locked' : `${lockText(lock)} (${lock.id})`;
  return [
    `${style.bold(application)} is ${state}`,
    ...running.map(
      ({ kind, createdBy, createdAt, id }) =>
        `  ${style.yellow('running:')} ${kind} by ${createdBy} since ${localTime(createdAt)} (operation ${id})`,
    ),
  ].join('\n');
}
