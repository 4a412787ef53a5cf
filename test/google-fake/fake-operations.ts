/** Long-running operations: they take time, hold their resource, and change it only when they end. */
import { randomUUID } from 'node:crypto';
import { Refusal } from './answer.ts';

export interface FakeOperation {
  readonly name: string;
  readonly metadata: Readonly<Record<string, unknown>> & { readonly target: string; readonly method: string };
  done?: boolean;
  response?: object;
  error?: { readonly code: number; readonly message: string; readonly details?: readonly object[] };
}

export interface OperationWork {
  readonly application: string;
  /** Below the application, `services/default/versions/v1`. */
  readonly target: string;
  /** `Versions.CreateVersion` */
  readonly method: string;
  /** Called when its time is over; what it throws is the operation's error. */
  readonly effect: () => object;
  /** Adds to the metadata. */
  readonly metadata?: object;
}

export class FakeOperations {
  readonly #operations: FakeOperation[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Milliseconds, by method; 0: done at once. */
  latencyMs: (method: string, target: string) => number = () => 0;
  readonly #gates: { readonly name: RegExp; readonly count: number; readonly ends: (() => void)[] }[] = [];
  /** Most at once of each method. */
  readonly mostAtOnce: Record<string, number> = {};

  start({ application, target, method, effect, metadata = {} }: OperationWork): FakeOperation {
    const full = [`apps/${application}`, target].filter(Boolean).join('/');
    const holder = this.#pending().find((other) => other.metadata.target === full);
    if (holder) throw conflict(full, holder);
    const operation: FakeOperation = {
      name: `apps/${application}/operations/${randomUUID()}`,
      metadata: {
        '@type': 'type.googleapis.com/google.appengine.v1.OperationMetadataV1',
        method: `google.appengine.v1.${method}`,
        insertTime: new Date().toISOString(),
        user: 'somebody@example.com',
        target: full,
        ...metadata,
      },
    };
    this.#operations.push(operation);
    this.#count(method);
    const gate = this.#gates.find(({ name }) => name.test(`${method} ${target}`));
    const waitMs = this.latencyMs(method, target);
    if (gate) {
      gate.ends.push(() => this.#end(operation, effect));
      if (gate.ends.length < gate.count) return operation;
      this.#gates.splice(this.#gates.indexOf(gate), 1);
      setImmediate(() => gate.ends.forEach((end) => void end()));
    } else if (waitMs === 0) this.#end(operation, effect);
    else {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        this.#end(operation, effect);
      }, waitMs);
      this.#timers.add(timer);
    }
    return operation;
  }

  /**
   * The next operations whose method and target match end together, when so many have begun: whoever does one after the
   * other never comes to the end.
   */
  endTogether(count: number, name: RegExp): void {
    this.#gates.push({ name, count, ends: [] });
  }

  find(name: string): FakeOperation | undefined {
    return this.#operations.find((operation) => operation.name === name);
  }

  of(application: string): readonly FakeOperation[] {
    return this.#operations.filter(({ name }) => name.startsWith(`apps/${application}/`));
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #pending(): readonly FakeOperation[] {
    return this.#operations.filter(({ done }) => done !== true);
  }

  #count(method: string): void {
    const now = this.#pending().filter(({ metadata }) => metadata.method.endsWith(method)).length;
    this.mostAtOnce[method] = Math.max(this.mostAtOnce[method] ?? 0, now);
  }

  #end(operation: FakeOperation, effect: () => object): void {
    operation.done = true;
    try {
      operation.response = effect();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      operation.error = { code: error.status, message: error.message, details: error.details };
    }
  }
}

function conflict(target: string, { name }: FakeOperation): Refusal {
  const id = name.split('/').at(-1);
  return new Refusal(
    409,
    'ABORTED',
    `Cannot operate on ${target} because an operation is already in progress for ${target} by ${id}.`,
  );
}
