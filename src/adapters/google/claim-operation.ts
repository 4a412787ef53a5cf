/** Whose turn it is: one change of an application at a time; what a dead client left is gone on with, or given up. */
import { randomBytes } from 'node:crypto';
import { failure } from '../../errors.ts';
import type { AskedDeploy } from '../../model/asked-deploy.ts';
import type { OperationKind, OperationTarget } from '../../model/operation.ts';
import { canonicalJson } from '../../support/canonical-json.ts';
import type { GoogleContext } from './google-context.ts';
import type { Journal } from './journal.ts';
import { actionKey, type JournalOperation, type JournalState, versionKey, type Worker } from './journal-state.ts';

export interface Claim {
  readonly application: string;
  readonly kind: OperationKind;
  readonly requestId: string;
  /** Digest of what is asked. */
  readonly content: string;
  readonly asked?: AskedDeploy;
  readonly createdBy: string;
  readonly target?: OperationTarget;
  /** Google's operations that came before the journal. */
  readonly hidden: readonly string[];
}

/**
 * `mine`: to be worked on here, from the beginning or where it was left. `forward`: another one that moved traffic
 * already has to be brought to its end first. `wait`: somebody works on it. `over`: this very request is done.
 */
export type Turn = {
  readonly state: 'mine' | 'forward' | 'wait' | 'over';
  readonly operation: JournalOperation;
};

/** Operations that this process works on. */
export const worked = new Set<string>();

/** A worker elsewhere that shows no sign for this long is dead: three of its signs did not come. */
export const SIGN_MS = 15_000;
const DEAD_MS = 3 * SIGN_MS + 5000;

/** What was seen of workers elsewhere: by one's own clock, because theirs may be wrong. */
export class Watch {
  readonly #seen = new Map<string, { readonly beat: number; readonly sinceMs: number }>();
  readonly #context: GoogleContext;

  constructor(context: GoogleContext) {
    this.#context = context;
  }

  isAlive({ id, worker }: JournalOperation): boolean {
    if (worker === undefined) return false;
    const { process, clock } = this.#context;
    if (worker.host === process.host) {
      if (worker.pid === process.pid) return worked.has(id);
      if (!process.isRunning(worker.pid)) return false;
    }
    const seen = this.#seen.get(id);
    if (seen?.beat !== worker.beat) {
      this.#seen.set(id, { beat: worker.beat, sinceMs: clock.monotonicMs() });
      return true;
    }
    return clock.monotonicMs() - seen.sinceMs < DEAD_MS;
  }
}

/** One step of the journal, which decides; two processes at once get different answers. */
export async function claim(
  { context, journal, watch }: { readonly context: GoogleContext; readonly journal: Journal; readonly watch: Watch },
  wanted: Claim,
  signal: AbortSignal | undefined,
): Promise<Turn> {
  const worker: Worker = { host: context.process.host, pid: context.process.pid, beat: randomBytes(4).readUInt32BE() };
  let turn: Turn | undefined;
  await journal.update(
    (state) => {
      const decided = decide(state, { wanted, worker, watch, now: new Date(context.clock.now()).toISOString() });
      turn = decided.turn;
      return decided.next;
    },
    { signal },
  );
  if (!turn) throw failure('internal', { reason: 'the journal decided nothing' });
  return turn;
}

interface Deciding {
  readonly wanted: Claim;
  readonly worker: Worker;
  readonly watch: Watch;
  readonly now: string;
}

function decide(
  state: JournalState,
  deciding: Deciding,
): { readonly turn: Turn; readonly next: JournalState | undefined } {
  const { wanted, worker, watch } = deciding;
  const same = state.operations.find(({ requestId }) => requestId === wanted.requestId);
  if (same && same.state !== 'pending') return { turn: { state: 'over', operation: same }, next: undefined };
  // Written a moment ago, and the answer was lost.
  if (same?.worker && same.worker.beat === worker.beat)
    return { turn: { state: 'mine', operation: same }, next: undefined };
  const pending = state.operations.find((operation) => operation.state === 'pending');
  if (!pending) return begun(state, deciding);
  if (watch.isAlive(pending)) return { turn: { state: 'wait', operation: pending }, next: undefined };
  const taken = { ...pending, worker };
  worked.add(taken.id);
  const next = withOperation(state, taken);
  if (isSame(pending, wanted)) return { turn: { state: 'mine', operation: taken }, next };
  if (hasMoved(pending)) return { turn: { state: 'forward', operation: taken }, next };
  return begun(withOperation(state, abandoned(pending, deciding.now)), deciding);
}

function begun(state: JournalState, { wanted, worker, now }: Deciding) {
  const { hidden, ...facts } = wanted;
  const operation: JournalOperation = {
    ...facts,
    id: `a${Date.parse(now).toString(36)}${randomBytes(4).toString('hex')}`,
    state: 'pending',
    createdAt: now,
    events: [],
    worker,
    finished: [],
    google: {},
  };
  // At once: this process's next claim must not take it for one that a dead client left.
  worked.add(operation.id);
  const hiddenOperations = [...new Set([...state.hiddenOperations, ...hidden])];
  return {
    turn: { state: 'mine', operation } as const,
    next: { ...state, hiddenOperations, operations: [...state.operations, operation] },
  };
}

/** The same command plans less when a part is done already; what it asks for stays the same. */
function isSame({ content, asked }: JournalOperation, wanted: Claim): boolean {
  if (content === wanted.content) return true;
  return asked !== undefined && canonicalJson(asked) === canonicalJson(wanted.asked ?? null);
}

/** Once traffic has begun to move there is only one way: forward. */
function hasMoved({ plan, google, finished }: JournalOperation): boolean {
  const traffic = plan?.stages.find(({ name }) => name === 'traffic')?.actions ?? [];
  return traffic.map(actionKey).some((key) => key in google || finished.includes(key));
}

function abandoned(operation: JournalOperation, now: string): JournalOperation {
  const created = operation.plan?.stages.flatMap(({ actions }) => actions) ?? [];
  const versions = created.flatMap((action) => (action.do === 'create' && action.isNew ? [versionKey(action)] : []));
  const error = failure('google.abandoned', { operation: operation.id, versions }).toBody();
  const { worker: _worker, ...others } = operation;
  return { ...others, state: 'failed', finishedAt: now, error };
}

export function withOperation(state: JournalState, operation: JournalOperation): JournalState {
  return { ...state, operations: state.operations.map((other) => (other.id === operation.id ? operation : other)) };
}
