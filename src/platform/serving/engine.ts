/** The port to whatever places and keeps processes alive; the embedded engine runs them on this machine. */
import type { InstanceSummary } from '../../model/instance.ts';
import type { OperationEvent } from '../../model/operation-event.ts';
import type { DesiredDeployment } from '../deployment.ts';
import type { RunningInstance } from './running-instance.ts';
import type { VersionPool } from './version-pool.ts';

export interface PrepareOptions {
  readonly signal: AbortSignal;
  readonly onEvent: (event: OperationEvent) => void;
}

export interface Engine {
  /**
   * Installs dependencies and starts as many instances as the deployment needs to be called healthy:
   * manual: all of them answered `/_ah/start`; basic: one process listens (its start request waits for the first
   * request, S3); automatic: the larger of 1 and min_instances listen. They are kept for `setDesired`.
   * @throws AppcfgError `instance.start-failed` with the last lines of output; everything it began is gone again
   */
  prepare(desired: DesiredDeployment, options: PrepareOptions): Promise<void>;
  /** Lets go of a prepared deployment that will not go live. */
  abandon(deploymentId: string): Promise<void>;
  /**
   * What should be running from now on. Synchronous, idempotent, called with the whole set: deployments that are
   * missing get no new requests and drain (30 s) in the background; new ones that were not prepared are started.
   */
  setDesired(desired: readonly DesiredDeployment[]): void;
  /** The pool of a known deployment (prepared or desired). */
  pool(deploymentId: string): VersionPool | undefined;
  instances(application?: string): readonly InstanceSummary[];
  /** For the APIs that the instance's own code calls; undefined when it is gone. */
  inside(deploymentId: string, instanceId: string): RunningInstance | undefined;
  /** Whether an instance has, or is about to have, this loopback port. */
  isInstancePort(port: number): boolean;
  /** Shuts one instance down by the documented steps; scaling decides about a replacement. */
  stopInstance(deploymentId: string, instanceId: string): Promise<void>;
  /** Resolves when every instance of the deployment has its desired state (for start, stop, set-num-instances). */
  settled(deploymentId: string, signal: AbortSignal): Promise<void>;
  /** Ends every process; resolves when none is left. */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}
