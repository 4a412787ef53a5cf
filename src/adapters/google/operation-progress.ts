/** What a running operation has done so far, written to the journal often enough that another process can go on. */

import type { OperationListener } from '../../backend/call-options.ts';
import type { ErrorBodyLike, OperationEvent } from '../../model/operation-event.ts';
import { SIGN_MS, withOperation } from './claim-operation.ts';
import type { Emit, GoogleContext } from './google-context.ts';
import type { Journal } from './journal.ts';
import {
  type Action,
  actionKey,
  type ChangePlan,
  type Deployment,
  type JournalOperation,
  type JournalState,
  type KnownVersion,
} from './journal-state.ts';
import type { ActionResult } from './run-actions.ts';

interface Ending {
  readonly error?: ErrorBodyLike;
  /** Adds what comes with success: the release. */
  readonly complete?: (state: JournalState) => { readonly state: JournalState; readonly release?: string };
}

export class OperationProgress {
  readonly #context: GoogleContext;
  readonly #journal: Journal;
  readonly #listener: OperationListener | undefined;
  readonly #id: string;
  readonly #events: OperationEvent[] = [];
  readonly #google: Record<string, string> = {};
  readonly #finished = new Set<string>();
  readonly #versions: Record<string, KnownVersion | undefined> = {};
  readonly #settings: Record<string, unknown> = {};
  #plan: ChangePlan | undefined;
  #deployments: Readonly<Record<string, Deployment>> = {};
  #saving: Promise<void> | undefined;
  #isDirty = false;
  #stopSigns = () => {};

  constructor(
    parts: { context: GoogleContext; journal: Journal; listener?: OperationListener | undefined },
    operation: JournalOperation,
  ) {
    this.#context = parts.context;
    this.#journal = parts.journal;
    this.#listener = parts.listener;
    this.#id = operation.id;
    this.#plan = operation.plan;
    this.#events.push(...operation.events);
    Object.assign(this.#google, operation.google);
    for (const key of operation.finished) this.#finished.add(key);
    this.#sign();
  }

  readonly emit: Emit = (event) => {
    const stamped = { ...event, timeMs: this.#context.clock.now() } as OperationEvent;
    this.#events.push(stamped);
    this.#listener?.(stamped);
  };

  get plan(): ChangePlan | undefined {
    return this.#plan;
  }

  isFinished(action: Action): boolean {
    return this.#finished.has(actionKey(action));
  }

  begunOperation(action: Action): string | undefined {
    return this.#google[actionKey(action)];
  }

  async planned(plan: ChangePlan, deployments: Readonly<Record<string, Deployment>>): Promise<void> {
    this.#plan = plan;
    this.#deployments = deployments;
    await this.save();
  }

  /** Saved in the background: what was begun is found again when this process ends now. */
  started(action: Action, name: string): void {
    this.#google[actionKey(action)] = name;
    this.save().catch(() => {});
  }

  finished(action: Action, { version, settings, gone }: ActionResult): void {
    this.#finished.add(actionKey(action));
    if (version) this.#versions[version.key] = { deployment: version.deployment, createTime: version.createTime };
    if (gone !== undefined) this.#versions[gone] = undefined;
    Object.assign(this.#settings, settings);
  }

  /** Calls that come while one is on its way share the next one. */
  save(): Promise<void> {
    this.#isDirty = true;
    this.#saving ??= this.#saveAll().finally(() => {
      this.#saving = undefined;
    });
    return this.#saving;
  }

  async #saveAll(): Promise<void> {
    while (this.#isDirty) {
      this.#isDirty = false;
      await this.#journal.update((state) => this.#applied(state));
    }
  }

  /** Nobody works on it from here on; whoever comes next goes on with it. */
  async release(): Promise<void> {
    this.#stopSigns();
    await this.#saving?.catch(() => {});
    await this.#journal.update((state) => {
      const { worker: _worker, ...operation } = this.#operationIn(this.#applied(state));
      return withOperation(this.#applied(state), operation);
    });
  }

  async end({ error, complete }: Ending): Promise<JournalOperation> {
    this.#stopSigns();
    await this.#saving?.catch(() => {});
    const finishedAt = new Date(this.#context.clock.now()).toISOString();
    const state = await this.#journal.update((before) => {
      const applied = this.#applied(before);
      const current = this.#operationIn(applied);
      // A lost answer: it was written already.
      if (current.state !== 'pending') return undefined;
      const { worker: _worker, ...others } = current;
      const completed = complete?.(applied) ?? { state: applied };
      const ended: JournalOperation = {
        ...others,
        state: error === undefined ? 'done' : 'failed',
        finishedAt,
        ...(error === undefined ? {} : { error }),
        ...(completed.release === undefined ? {} : { release: completed.release }),
      };
      return withOperation(completed.state, ended);
    });
    return this.#operationIn(state);
  }

  #operationIn(state: JournalState): JournalOperation {
    const found = state.operations.find(({ id }) => id === this.#id);
    if (!found) throw new Error(`the journal has lost operation ${this.#id}`);
    return found;
  }

  #applied(state: JournalState): JournalState {
    const versions = Object.entries({ ...state.versions, ...this.#versions }).filter(
      ([, known]) => known !== undefined,
    );
    const current = this.#operationIn(state);
    const operation: JournalOperation = {
      ...current,
      events: this.#events,
      google: { ...current.google, ...this.#google },
      finished: [...this.#finished],
      ...(this.#plan === undefined ? {} : { plan: this.#plan }),
      ...(current.worker === undefined ? {} : { worker: { ...current.worker, beat: current.worker.beat + 1 } }),
    };
    return withOperation(
      {
        ...state,
        deployments: { ...state.deployments, ...this.#deployments },
        versions: Object.fromEntries(versions) as JournalState['versions'],
        settings: { ...state.settings, ...this.#settings },
      },
      operation,
    );
  }

  #sign(): void {
    this.#stopSigns = this.#context.clock.after(
      SIGN_MS,
      () => {
        this.save().catch(() => {});
        this.#sign();
      },
      { isBackground: true },
    );
  }
}
