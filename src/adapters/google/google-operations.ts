/** Changes through the Admin API: begun, followed to their end; conflicting ones are named, waited for and repeated. */
import { failure, isAppcfgError } from '../../errors.ts';
import { adviceFor } from './advice.ts';
import type { GoogleOperation } from './api-types.ts';
import type { ApiRequest } from './google-client.ts';
import { appPath, type Emit, type GoogleContext } from './google-context.ts';
import { isConflict, isTransient } from './refusal.ts';

export interface Mutation {
  readonly application: string;
  readonly request: Omit<ApiRequest, 'api' | 'signal'>;
  /** Below the application, as operations name it: `services/default/versions/v1`. */
  readonly target: string;
  /** `CreateVersion`: tells a change that was begun from others of the same target. */
  readonly method: string;
  /** For people: `creating default:v1`. */
  readonly what: string;
}

export interface Following {
  readonly signal?: AbortSignal | undefined;
  readonly emit?: Emit | undefined;
  /** Called with its name as soon as Google has it. */
  readonly onStarted?: (name: string) => void;
  /** Looks for more than the operation itself says, when it failed. */
  readonly explain?: (operation: GoogleOperation) => Promise<Explanation>;
}

export interface Explanation {
  /** Last lines of a build log, first ones on stderr. */
  readonly output: readonly string[];
  /** Where the whole log is. */
  readonly log?: string | undefined;
}

const FIRST_POLL_MS = 200;
const LONGEST_POLL_MS = 5000;
/** Builds end within an hour, at Google by default within ten minutes. */
const MOST_WAIT_MS = 60 * 60_000;
const MOST_LOST = 5;
/** google.rpc.Code */
const ABORTED = 10;

/** @throws AppcfgError `google.failed`, `google.busy`, or what the request was refused with */
export async function mutate(
  context: GoogleContext,
  mutation: Mutation,
  following: Following,
): Promise<GoogleOperation> {
  const giveUpAtMs = context.clock.monotonicMs() + MOST_WAIT_MS;
  let lost = 0;
  for (let conflicts = 1; ; conflicts += 1) {
    try {
      const started = await begin(context, mutation, following);
      following.onStarted?.(started.name);
      const ended = await follow(context, started, following);
      if (ended.error?.code !== ABORTED) return await succeeded(ended, mutation, following);
      await waitForOther(context, mutation, { following, text: ended.error.message ?? '', giveUpAtMs, conflicts });
    } catch (error) {
      if (isConflict(error)) {
        const text = isAppcfgError(error) ? String(error.details.text) : '';
        await waitForOther(context, mutation, { following, text, giveUpAtMs, conflicts });
        continue;
      }
      lost += 1;
      if (!isTransient(error) || lost > MOST_LOST || following.signal?.aborted) throw error;
      await context.clock.sleep(FIRST_POLL_MS * 2 ** lost, following.signal);
    }
  }
}

/** After a lost answer the change may have been begun: then that one is followed instead of beginning another. */
async function begin(context: GoogleContext, mutation: Mutation, { signal }: Following): Promise<GoogleOperation> {
  const { request, application } = mutation;
  const begunAfterMs = context.clock.now() - 60_000;
  try {
    return await context.client.json<GoogleOperation>({ api: 'appengine', ...request, signal, isRepeatable: false });
  } catch (error) {
    if (!isTransient(error) || signal?.aborted) throw error;
    const pending = await pendingOperations(context, application, signal);
    const mine = pending.find(
      ({ metadata }) =>
        metadata?.target === `apps/${application}/${mutation.target}` &&
        metadata.method?.endsWith(`.${mutation.method}`) === true &&
        Date.parse(metadata.insertTime ?? '') >= begunAfterMs,
    );
    if (mine) return mine;
    throw error;
  }
}

export async function pendingOperations(
  { client }: GoogleContext,
  application: string,
  signal: AbortSignal | undefined,
): Promise<readonly GoogleOperation[]> {
  const path = `${appPath(application)}/operations`;
  const query = { filter: 'done:false', pageSize: 100 };
  return (
    (await client.list<GoogleOperation>({ api: 'appengine', method: 'GET', path, query, signal }, 'operations')) ?? []
  );
}

/** Asks soon at first, then less and less often. */
export async function follow(
  context: GoogleContext,
  started: GoogleOperation,
  { signal, emit }: Following,
): Promise<GoogleOperation> {
  const { client, clock } = context;
  const said = new Set<string>();
  let current = started;
  for (let waitMs = FIRST_POLL_MS; ; waitMs = Math.min(LONGEST_POLL_MS, waitMs * 1.5)) {
    for (const message of current.metadata?.warning ?? []) {
      if (!said.has(message)) emit?.({ type: 'warning', message });
      said.add(message);
    }
    if (current.done === true) return current;
    await clock.sleep(waitMs, signal);
    current = await client.json<GoogleOperation>({
      api: 'appengine',
      method: 'GET',
      path: `/v1/${started.name}`,
      signal,
    });
  }
}

async function succeeded(
  operation: GoogleOperation,
  { what }: Mutation,
  { explain }: Following,
): Promise<GoogleOperation> {
  const { error } = operation;
  if (!error) return operation;
  const text = error.message ?? 'no reason was given';
  const { output, log } = (await explain?.(operation).catch(() => undefined)) ?? { output: [] };
  const code = error.code ?? 2;
  const said = [text, JSON.stringify(error.details ?? []), ...output, ...(code === 13 ? ['INTERNAL'] : [])];
  throw failure('google.failed', { what, code, text, output, log, advice: adviceFor(said.join('\n')) });
}

interface Blocked {
  readonly following: Following;
  readonly text: string;
  readonly giveUpAtMs: number;
  readonly conflicts: number;
}

/** Google's refusal names the other operation, most times. */
async function waitForOther(context: GoogleContext, mutation: Mutation, blocked: Blocked): Promise<void> {
  const { application, what } = mutation;
  const { following, text, giveUpAtMs, conflicts } = blocked;
  const other = await blockingOperation(context, mutation, blocked);
  const name = other ? describeOperation(other) : text;
  if (conflicts === 1) following.emit?.({ type: 'warning', message: `${what} waits for another change: ${name}` });
  if (context.clock.monotonicMs() > giveUpAtMs) {
    throw failure('google.busy', { application, blocking: name, minutes: MOST_WAIT_MS / 60_000 });
  }
  if (other) await follow(context, other, { signal: following.signal });
  // What is over may still hold its lock for a moment; who has no name can only be asked again.
  const waitMs = Math.min(LONGEST_POLL_MS, FIRST_POLL_MS * 1.5 ** conflicts);
  await context.clock.sleep(other ? Math.min(waitMs, 1000) : waitMs, following.signal);
}

async function blockingOperation(
  context: GoogleContext,
  { application, target }: Mutation,
  { following: { signal }, text }: Blocked,
): Promise<GoogleOperation | undefined> {
  const pending = await pendingOperations(context, application, signal);
  const named = pending.find(({ name }) => text.includes(name.split('/').at(-1) ?? name));
  return named ?? pending.find(({ metadata }) => metadata?.target === `apps/${application}/${target}`) ?? pending[0];
}

function describeOperation({ name, metadata }: GoogleOperation): string {
  const method = metadata?.method?.split('.').at(-1) ?? 'a change';
  const target = metadata?.target?.split('/').slice(2).join('/') ?? '';
  const id = name.split('/').at(-1);
  return [`${method} of ${target || 'the application'}`, `operation ${id}`, metadata?.user && `by ${metadata.user}`]
    .filter(Boolean)
    .join(', ');
}
