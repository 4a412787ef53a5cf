/** Which instances are held to the rules of outbound sockets, and by what. */
import type { EgressMode, EgressStatus, EgressWish } from '../../model/egress.ts';
import { hasPlatformSockets, isJava7 } from '../apis/remote-socket/socket-limits.ts';
import type { Deployment } from '../deployment.ts';
import type { KernelEgress, RuledLaunch } from './kernel-egress.ts';

export interface EgressBoundary {
  readonly status: EgressStatus;
  modeOf(deployment: Pick<Deployment, 'spec'>): EgressMode;
  /** Undefined: the instance needs no rules, or has none. Rejects when it must not run without them. */
  admit(launch: RuledLaunch): Promise<() => void> | undefined;
  close(): Promise<void>;
}

/** @param kernel undefined: this machine has no means, for these reasons */
export function createEgressBoundary(
  wish: EgressWish,
  kernel: KernelEgress | undefined,
  lacking: { readonly reasons: readonly string[]; readonly advice: readonly string[] },
): EgressBoundary {
  let failure: string | undefined;
  const isKernel = () => kernel !== undefined && failure === undefined;
  const reasons = () => {
    if (failure !== undefined) return [failure];
    if (kernel === undefined) return lacking.reasons;
    return kernel.isLoaded ? [] : ['the rules are loaded, and tried, with the first module that they are for'];
  };
  return {
    get status(): EgressStatus {
      return { mode: isKernel() ? 'kernel' : 'advisory', reasons: reasons(), advice: lacking.advice };
    },
    modeOf({ spec }) {
      if (isKernel() && hasPlatformSockets(spec)) return 'kernel';
      // A program of its own has the machine's sockets: nothing but the kernel could hold them.
      const hasLayer = isJava7(spec) || (hasPlatformSockets(spec) && spec.entrypoint === undefined);
      return hasLayer ? 'advisory' : 'unrestricted';
    },
    admit(launch) {
      if (!kernel || failure !== undefined || !hasPlatformSockets(launch.deployment.spec)) return undefined;
      return kernel.admit(launch).catch((error: unknown) => {
        if (wish === 'kernel') throw error;
        failure = `the kernel's rules can't be used: ${error instanceof Error ? error.message : String(error)}`;
        return () => undefined;
      });
    },
    close: async () => {
      await kernel?.close();
    },
  };
}
