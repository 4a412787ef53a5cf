/** Changes of the user's contexts. */
import { failure } from '../errors.ts';
import { requireContextName } from './configuration/setting-keys.ts';
import {
  type Context,
  LOCAL_CONTEXT,
  readUserSettings,
  requireContext,
  type UserSettings,
  writeUserSettings,
} from './configuration/user-settings.ts';
import type { Session } from './session.ts';

type Place = Pick<Session, 'directories'>;

/** The named one, else the one that stands for this server, else a new one named for it. @throws AppcfgError `context.built-in` */
export function contextNameOf(session: Place, server: string, asked: string | undefined): string {
  if (asked === LOCAL_CONTEXT) throw failure('context.built-in', { context: asked });
  if (asked !== undefined) return requireContextName(asked);
  const { contexts } = readUserSettings(session.directories.config);
  const known = Object.entries(contexts).find(([, context]) => context.server === server)?.[0];
  if (known !== undefined) return known;
  const { hostname, port } = new URL(server);
  const base = hostname.replaceAll(/[^A-Za-z0-9.-]/g, '') || 'server';
  return Object.hasOwn(contexts, base) && port !== '' ? `${base}-${port}` : base;
}

/** Adds to what is known of it, and uses it. */
export function putContext(session: Place, name: string, context: Context): void {
  const user = readUserSettings(session.directories.config);
  const contexts = { ...user.contexts, [name]: { ...user.contexts[name], ...context } };
  save(session, { contexts, settings: { ...user.settings, context: name } });
}

/** @throws AppcfgError `context.exists`, `context.built-in` */
export function addContext(session: Place, name: string, context: Context): void {
  const user = readUserSettings(session.directories.config);
  if (name === LOCAL_CONTEXT) throw failure('context.built-in', { context: name });
  if (Object.hasOwn(user.contexts, requireContextName(name))) throw failure('context.exists', { context: name });
  save(session, { ...user, contexts: { ...user.contexts, [name]: context } });
}

/** @throws AppcfgError `context.not-found` */
export function useContext(session: Place, name: string): Context {
  const user = readUserSettings(session.directories.config);
  const context = requireContext(user, name);
  save(session, { ...user, settings: { ...user.settings, context: name } });
  return context;
}

/** The one in use is not any more. @throws AppcfgError `context.not-found`, `context.built-in` */
export function removeContext(session: Place, name: string): Context {
  const user = readUserSettings(session.directories.config);
  if (name === LOCAL_CONTEXT) throw failure('context.built-in', { context: name });
  const removed = requireContext(user, name);
  const { [name]: _, ...contexts } = user.contexts;
  const { context, ...settings } = user.settings;
  save(session, {
    contexts,
    settings: context === name || context === undefined ? settings : { ...settings, context },
  });
  return removed;
}

function save({ directories }: Place, settings: UserSettings): void {
  writeUserSettings(directories.config, settings);
}
