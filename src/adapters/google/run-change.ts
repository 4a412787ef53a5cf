/** Runs a change of an application: its turn is waited for, it is planned, done stage by stage, undone when it fails. */
import { randomUUID } from 'node:crypto';
import type { OperationListener, WatchOptions } from '../../backend/call-options.ts';
import { AppcfgError, type ErrorCode, failure, isAppcfgError, messageOf } from '../../errors.ts';
import type { LiveOutline } from '../../model/application.ts';
import type { AskedDeploy } from '../../model/asked-deploy.ts';
import { moduleOutlines } from '../../model/live-outline.ts';
import type { Operation, OperationKind, OperationTarget } from '../../model/operation.ts';
import type { OperationEvent } from '../../model/operation-event.ts';
import { digestOfValue } from '../../support/digest.ts';
import { runTogether } from '../../support/run-together.ts';
import { type ApplicationHome, ApplicationHomes } from './application-home.ts';
import { type Claim, claim, Watch, worked } from './claim-operation.ts';
import { completedRelease } from './complete-release.ts';
import type { GoogleContext } from './google-context.ts';
import { actionKey, type ChangePlan, type Deployment, type JournalOperation } from './journal-state.ts';
import { applicationOf, type LiveApplication, readLive } from './live-application.ts';
import { OperationProgress } from './operation-progress.ts';
import { runAction } from './run-actions.ts';
import { undoOf } from './undo-actions.ts';

export interface Planned {
  readonly plan: ChangePlan;
  readonly deployments?: Readonly<Record<string, Deployment>>;
}

export interface ChangeRequest {
  readonly application: string;
  readonly kind: OperationKind;
  readonly createdBy: string;
  readonly target?: OperationTarget;
  /** What is asked, as data: two requests of the same content are the same change. */
  readonly content: unknown;
  readonly asked?: AskedDeploy | undefined;
  /** Looks and decides; changes nothing but the bucket. */
  plan(home: ApplicationHome, live: LiveApplication, signal: AbortSignal | undefined): Promise<Planned>;
}

export interface ChangeParts {
  readonly context: GoogleContext;
  readonly homes: ApplicationHomes;
}

/** Actions of one stage at once; Google itself takes them one after the other where they meet. */
const AT_ONCE = 16;
const LOOK_AGAIN_MS = 400;

export async function runChange(
  { context, homes }: ChangeParts,
  home: ApplicationHome,
  request: ChangeRequest,
  options: WatchOptions = {},
): Promise<Operation> {
  const { signal } = options;
  signal?.throwIfAborted();
  const { application, kind, createdBy, target, asked } = request;
  const wanted: Claim = {
    application,
    kind,
    createdBy,
    requestId: options.requestId ?? randomUUID(),
    content: digestOfValue({ kind, content: request.content }),
    ...(target === undefined ? {} : { target }),
    ...(asked === undefined ? {} : { asked }),
    hidden: homes.creations.get(application) ?? [],
  };
  const watch = new Watch(context);
  let hasSaid = false;
  for (;;) {
    const turn = await claim({ context, journal: home.journal, watch }, wanted, signal);
    const { operation } = turn;
    if (turn.state === 'over') return ended(operation, options);
    if (turn.state === 'wait') {
      if (!hasSaid) options.onEvent?.(waiting(context, operation));
      hasSaid = true;
      await context.clock.sleep(LOOK_AGAIN_MS, signal);
      continue;
    }
    if (turn.state === 'mine') options.onAccepted?.(publicOperation(operation));
    const done = await work(
      { context, home, request: turn.state === 'mine' ? request : undefined },
      operation,
      options,
    );
    if (turn.state === 'mine') return done;
  }
}

function waiting({ clock }: GoogleContext, { kind, createdBy, id, createdAt }: JournalOperation): OperationEvent {
  const message = `another change is going on (${kind} by ${createdBy} since ${createdAt}, operation ${id}); this one waits`;
  return { type: 'warning', message, timeMs: clock.now() };
}

interface Work {
  readonly context: GoogleContext;
  readonly home: ApplicationHome;
  /** Absent for one that another process planned. */
  readonly request: ChangeRequest | undefined;
}

/** Brings an operation that is claimed to its end. @throws AppcfgError what it failed with */
export async function work(parts: Work, operation: JournalOperation, options: WatchOptions): Promise<Operation> {
  const { context, home } = parts;
  const { signal } = options;
  worked.add(operation.id);
  const listener: OperationListener | undefined = options.onEvent;
  const progress = new OperationProgress({ context, journal: home.journal, listener }, operation);
  for (const event of operation.events) listener?.(event);
  try {
    const plan = progress.plan ?? (await makePlan(parts, progress, signal));
    await runStages({ context, home, progress, signal }, plan);
    for (const { actions } of plan.stages) {
      for (const action of actions) {
        if (action.do !== 'create') continue;
        const { module, version } = action;
        progress.emit({ type: 'version-phase', module, version, phase: 'live' });
      }
    }
    const outline = plan.release && (await outlineOf(context, home));
    const done = await progress.end({ complete: completedRelease(plan, context.clock, outline) });
    return publicOperation(done);
  } catch (error) {
    // Interrupted: it stays as it is, and the next run of the same command goes on with it.
    if (signal?.aborted) {
      await progress.release().catch(() => {});
      throw error;
    }
    const reason = isAppcfgError(error) ? error : failure('internal', { reason: messageOf(error) }, { cause: error });
    if (progress.plan) await undo({ context, home, progress, signal: undefined, isUndo: true }, progress.plan);
    await progress.end({ error: reason.toBody() });
    throw reason;
  } finally {
    worked.delete(operation.id);
  }
}

/** What the release made; without it nothing is lost but the knowledge of what is changed by hand later. */
async function outlineOf(context: GoogleContext, home: ApplicationHome): Promise<LiveOutline | undefined> {
  const fresh = await new ApplicationHomes(context).find(home.id).catch(() => undefined);
  const live = fresh && (await readLive(context, fresh, {}).catch(() => undefined));
  const application = live && applicationOf(fresh, live);
  return application && { modules: moduleOutlines(application), settings: application.settings };
}

async function makePlan(
  { context, home, request }: Work,
  progress: OperationProgress,
  signal: AbortSignal | undefined,
) {
  if (!request) throw failure('internal', { reason: 'an operation without a plan' });
  const live = await readLive(context, home, { signal });
  const { plan, deployments = {} } = await request.plan(home, live, signal);
  await progress.planned(plan, deployments);
  return plan;
}

interface Running {
  readonly context: GoogleContext;
  readonly home: ApplicationHome;
  readonly progress: OperationProgress;
  readonly signal: AbortSignal | undefined;
  /** Taking back: what was begun forwards is no part of it. */
  readonly isUndo?: boolean;
}

async function runStages(running: Running, plan: ChangePlan): Promise<void> {
  const { progress } = running;
  for (const { name, actions } of plan.stages) {
    const left = actions.filter((action) => !progress.isFinished(action));
    if (left.length === 0) continue;
    try {
      await runAll(running, left);
    } catch (error) {
      // What is live stays live: of the tidying up after it only a word is said.
      if (name !== 'after' || running.signal?.aborted) throw error;
      progress.emit({ type: 'warning', message: `Not everything was tidied up: ${messageOf(error)}` });
    }
    await progress.save();
  }
}

async function runAll(
  { context, home, progress, signal, isUndo = false }: Running,
  actions: ChangePlan['stages'][number]['actions'],
) {
  const known = (await home.journal.read({ signal })).deployments;
  await runTogether(actions, AT_ONCE, async (action) => {
    signal?.throwIfAborted();
    const result = await runAction(
      {
        context,
        home,
        signal,
        emit: progress.emit,
        begun: isUndo ? undefined : progress.begunOperation(action),
        onStarted: (name) => progress.started(action, name),
        deploymentOf: (id) => known[id],
      },
      action,
    );
    progress.finished(action, result);
  });
}

/** As far as it goes: what can't be put back is said, and the reason of the failure stays the reason. */
async function undo(running: Running, plan: ChangePlan): Promise<void> {
  const { progress } = running;
  const isBegun = (action: Parameters<typeof actionKey>[0]) =>
    progress.isFinished(action) || progress.begunOperation(action) !== undefined;
  for (const action of undoOf(plan, isBegun)) {
    try {
      await runAll(running, [action]);
    } catch (error) {
      const message = `This could not be put back as it was (${actionKey(action)}): ${messageOf(error)}`;
      progress.emit({ type: 'warning', message });
    }
  }
}

function ended(operation: JournalOperation, { onEvent, onAccepted }: WatchOptions): Operation {
  onAccepted?.(publicOperation(operation));
  for (const event of operation.events) onEvent?.(event);
  if (operation.state === 'failed' && operation.error) throw errorOf(operation.error);
  return publicOperation(operation);
}

export function errorOf(error: NonNullable<Operation['error']>): AppcfgError {
  return new AppcfgError({ ...error, code: error.code as ErrorCode });
}

/** Without what only the journal needs. */
export function publicOperation(operation: JournalOperation): Operation {
  const { requestId: _r, content: _c, worker: _w, plan: _p, finished: _f, google: _g, ...shown } = operation;
  return shown;
}
