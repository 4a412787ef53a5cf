/** A pool whose instances are servers of the test; it counts claims and releases. */
import type { AddressInfo, Server } from 'node:net';
import type {
  Claim,
  ClaimOptions,
  ClaimRefusal,
  Refused,
  RequestOutcome,
  VersionPool,
} from '../../../src/platform/serving/version-pool.ts';

export interface FakeInstance {
  readonly id: string;
  readonly port: number;
  readonly killed: AbortController;
  inFlight: number;
}

export class FakePool implements VersionPool {
  readonly instances: FakeInstance[] = [];
  readonly claims: ClaimOptions[] = [];
  readonly outcomes: RequestOutcome[] = [];
  /** Releases of a claim that was released before. */
  doubleReleases = 0;
  granted = 0;
  /** Refuses everything. */
  refusal: ClaimRefusal | undefined;
  /** Grants instances to requests whose client has gone, as happens when both come at one time. */
  ignoresAborts = false;
  /** Claims wait here instead of being answered, while set. */
  parked: ((decision: 'serve' | ClaimRefusal) => void)[] | undefined;

  add(server: Server, id = String(this.instances.length)): FakeInstance {
    return this.addPort((server.address() as AddressInfo).port, id);
  }

  addPort(port: number, id = String(this.instances.length)): FakeInstance {
    const instance = { id, port, killed: new AbortController(), inFlight: 0 };
    this.instances.push(instance);
    return instance;
  }

  get released(): number {
    return this.outcomes.length;
  }

  get inFlight(): number {
    return this.instances.reduce((sum, instance) => sum + instance.inFlight, 0);
  }

  claim(options: ClaimOptions): Claim | Refused | Promise<Claim | Refused> {
    this.claims.push(options);
    if (this.parked === undefined) return this.#decide(options);
    const { parked } = this;
    return new Promise((resolve) => {
      if (!this.ignoresAborts) options.signal?.addEventListener('abort', () => resolve(refused('aborted')));
      else options.signal?.throwIfAborted();
      parked.push((decision) => resolve(decision === 'serve' ? this.#decide(options) : refused(decision)));
    });
  }

  #decide(options: ClaimOptions): Claim | Refused {
    if (this.refusal) return refused(this.refusal);
    const instance = this.#choose(options);
    if (!instance) return refused(options.instance === undefined ? 'pending-timeout' : 'unknown-instance');
    instance.inFlight += 1;
    this.granted += 1;
    let isReleased = false;
    return {
      kind: 'claim',
      instance: instance.id,
      host: '127.0.0.1',
      port: instance.port,
      pendingMs: 0,
      isLoadingRequest: false,
      signal: instance.killed.signal,
      release: (outcome) => {
        if (isReleased) this.doubleReleases += 1;
        isReleased = true;
        instance.inFlight -= 1;
        this.outcomes.push(outcome);
        if (outcome.isInstanceFailure) this.instances.splice(this.instances.indexOf(instance), 1);
      },
    };
  }

  #choose({ instance, preferred }: ClaimOptions): FakeInstance | undefined {
    const find = (id: string | undefined) => this.instances.find((candidate) => candidate.id === id);
    if (instance !== undefined) return find(instance);
    return find(preferred) ?? [...this.instances].sort((a, b) => a.inFlight - b.inFlight)[0];
  }
}

function refused(refusal: ClaimRefusal): Refused {
  return { kind: 'refused', refusal, reason: 'the test said so' };
}
