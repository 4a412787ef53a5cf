/** Operations: appcfg's own from the journal, and Google's that other tools began. */
import type { OperationsRole } from '../../backend/backend.ts';
import type { WatchOptions } from '../../backend/call-options.ts';
import { failure } from '../../errors.ts';
import type { Operation, OperationKind, OperationTarget } from '../../model/operation.ts';
import type { GoogleOperation } from './api-types.ts';
import type { ApplicationHome } from './application-home.ts';
import { Watch } from './claim-operation.ts';
import { appPath } from './google-context.ts';
import { follow } from './google-operations.ts';
import type { JournalOperation } from './journal-state.ts';
import { statusOf } from './refusal.ts';
import { type ChangeParts, errorOf, publicOperation, work } from './run-change.ts';

interface Call {
  readonly signal?: AbortSignal | undefined;
}

const LOOK_AGAIN_MS = 400;
/** As many as other tools are worth in a list. */
const MOST_FOREIGN = 100;

export function operationsRole(parts: ChangeParts): OperationsRole {
  return {
    get: async (application, id, call = {}) => {
      const found = await findOperation(parts, application, id, call);
      return found.own ? publicOperation(found.own) : foreignOperation(application, found.foreign);
    },
    list: async (application, { signal } = {}) => {
      const home = await parts.homes.find(application, { signal });
      if (home?.resource.codeBucket === undefined) return [];
      const path = `${appPath(application)}/operations`;
      const query = { pageSize: MOST_FOREIGN };
      const [state, page] = await Promise.all([
        home.journal.read({ signal }),
        parts.context.client.json<{ readonly operations?: readonly GoogleOperation[] }>({
          ...{ api: 'appengine', method: 'GET', path, query, signal },
        }),
      ]);
      const known = new Set([
        ...state.hiddenOperations,
        ...state.operations.flatMap(({ google }) => Object.values(google)),
        ...(parts.homes.creations.get(application) ?? []),
      ]);
      const foreign = (page.operations ?? []).filter(({ name }) => !known.has(name));
      const all = [
        ...state.operations.map(publicOperation),
        ...foreign.map((operation) => foreignOperation(application, operation)).reverse(),
      ];
      return all.reverse().sort((a, b) => (a.createdAt === b.createdAt ? 0 : a.createdAt < b.createdAt ? 1 : -1));
    },
    wait: (application, id, options = {}) => wait(parts, application, id, options),
  };
}

async function wait(parts: ChangeParts, application: string, id: string, options: WatchOptions): Promise<Operation> {
  const { signal, onEvent } = options;
  const { context } = parts;
  const watch = new Watch(context);
  let seen = 0;
  for (;;) {
    const { own, foreign, home } = await findOperation(parts, application, id, { signal });
    if (!own) return foreignOperation(application, await follow(context, foreign, { signal }), true);
    // Whoever worked on it is gone: then it is brought to its end from here.
    if (own.state === 'pending' && own.plan && !watch.isAlive(own))
      return work({ context, home, request: undefined }, own, options);
    for (const event of own.events.slice(seen)) onEvent?.(event);
    seen = own.events.length;
    if (own.state === 'failed' && own.error) throw errorOf(own.error);
    if (own.state !== 'pending') return publicOperation(own);
    await context.clock.sleep(LOOK_AGAIN_MS, signal);
  }
}

type Found =
  | { readonly home: ApplicationHome; readonly own: JournalOperation; readonly foreign?: undefined }
  | { readonly home: ApplicationHome; readonly own?: undefined; readonly foreign: GoogleOperation };

/** @throws AppcfgError `operation.not-found` */
async function findOperation(
  { context, homes }: ChangeParts,
  application: string,
  id: string,
  { signal }: Call,
): Promise<Found> {
  const unknown = () => failure('operation.not-found', { operation: id });
  const home = await homes.find(application, { signal });
  if (home?.resource.codeBucket === undefined) throw unknown();
  const own = (await home.journal.read({ signal })).operations.find((operation) => operation.id === id);
  if (own) return { home, own };
  try {
    const path = `${appPath(application)}/operations/${encodeURIComponent(id)}`;
    const foreign = await context.client.json<GoogleOperation>({ api: 'appengine', method: 'GET', path, signal });
    return { home, foreign };
  } catch (error) {
    if (statusOf(error) === 404) throw unknown();
    throw error;
  }
}

const kinds: Readonly<Record<string, OperationKind>> = {
  CreateApplication: 'create',
  UpdateApplication: 'settings',
  CreateVersion: 'release',
  UpdateVersion: 'scale',
  DeleteVersion: 'delete',
  DeleteService: 'delete-module',
  UpdateService: 'traffic',
};

/** @throws AppcfgError `google.failed` when it is waited for and failed */
function foreignOperation(application: string, operation: GoogleOperation, isWaitedFor = false): Operation {
  const { name, done, metadata = {}, error } = operation;
  const method = metadata.method?.split('.').at(-1) ?? '';
  const [, module] = /\/services\/([^/]+)/.exec(metadata.target ?? '') ?? [];
  const [, version] = /\/versions\/([^/]+)/.exec(metadata.target ?? '') ?? [];
  const target: OperationTarget = {
    ...(module === undefined ? {} : { module }),
    ...(version === undefined ? {} : { version }),
  };
  const text = error?.message ?? '';
  const what = `${method} of ${metadata.target ?? name}`;
  const failed = error && failure('google.failed', { what, code: error.code ?? 2, text, output: [], advice: [] });
  if (failed && isWaitedFor) throw failed;
  return {
    id: name.split('/').at(-1) ?? name,
    application,
    kind: kinds[method] ?? 'settings',
    state: done !== true ? 'pending' : failed ? 'failed' : 'done',
    createdAt: metadata.insertTime ?? '',
    ...(metadata.endTime === undefined ? {} : { finishedAt: metadata.endTime }),
    createdBy: metadata.user ?? '',
    ...(module === undefined ? {} : { target }),
    events: [],
    ...(failed ? { error: failed.toBody() } : {}),
  };
}
