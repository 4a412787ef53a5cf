/** An application that has modules, with what is live. */
import { failure } from '../../errors.ts';
import type { ApplicationHome } from './application-home.ts';
import { type LiveApplication, readLive } from './live-application.ts';
import type { ChangeParts } from './run-change.ts';

export interface KnownApplication {
  readonly home: ApplicationHome;
  readonly live: LiveApplication;
}

interface Call {
  readonly signal?: AbortSignal | undefined;
}

/** undefined where there is none, or nothing in it. */
export async function findKnown({ context, homes }: ChangeParts, application: string, call: Call = {}) {
  const home = await homes.find(application, call);
  if (home?.resource.codeBucket === undefined) return undefined;
  const live = await readLive(context, home, call);
  return live.services.length === 0 ? undefined : { home, live };
}

/** @throws AppcfgError `application.not-found` */
export async function requireKnown(
  parts: ChangeParts,
  application: string,
  call: Call = {},
): Promise<KnownApplication> {
  const found = await findKnown(parts, application, call);
  if (!found) throw failure('application.not-found', { application });
  return found;
}
