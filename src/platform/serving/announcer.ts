/** Says what happens to a deployment while it is prepared. */
import type { OperationEvent, VersionPhase } from '../../model/operation-event.ts';
import type { Clock } from '../../support/clock.ts';
import type { Deployment } from '../deployment.ts';

export interface Announcer {
  phase(phase: VersionPhase, detail?: string): void;
  output(line: string): void;
  warning(message: string): void;
}

export function announcer(deployment: Deployment, clock: Clock, onEvent: (event: OperationEvent) => void): Announcer {
  const { module, version } = deployment;
  return {
    phase: (phase, detail) =>
      onEvent({
        type: 'version-phase',
        module,
        version,
        phase,
        ...(detail === undefined ? {} : { detail }),
        timeMs: clock.now(),
      }),
    output: (line) => onEvent({ type: 'output', module, version, line, timeMs: clock.now() }),
    warning: (message) => onEvent({ type: 'warning', message, timeMs: clock.now() }),
  };
}
