/** Marks every process of a launch, and kills what hid from its process group once the launch is over. */
import type { Clock } from '../../support/clock.ts';
import { killMarked, LAUNCH_VARIABLE, PLATFORM_VARIABLE } from './nonce-sweep.ts';

export interface LaunchMark {
  readonly environment: Readonly<Record<string, string>>;
  end(): void;
}

export interface LaunchMarks {
  begin(): LaunchMark;
  /** Kills whatever carries the platform's nonce, of this run or a former one. */
  killAll(): Promise<void>;
  close(): void;
}

/** A walk through all processes is dear: one serves all launches that ended in the meantime. */
const SWEEP_DELAY_MS = 500;

export function createLaunchMarks(nonce: string, clock: Clock): LaunchMarks {
  const live = new Set<string>();
  let count = 0;
  let cancelSweep: (() => void) | undefined;
  const sweepLater = () => {
    cancelSweep ??= clock.after(
      SWEEP_DELAY_MS,
      () => {
        cancelSweep = undefined;
        // Best effort: what can't be read now is swept at the next end of a launch, or at the engine's.
        killMarked(nonce, clock, (launch) => launch === undefined || live.has(launch)).catch(() => undefined);
      },
      { isBackground: true },
    );
  };
  return {
    begin() {
      count += 1;
      const launch = String(count);
      live.add(launch);
      return {
        environment: { [PLATFORM_VARIABLE]: nonce, [LAUNCH_VARIABLE]: launch },
        end() {
          if (live.delete(launch)) sweepLater();
        },
      };
    },
    async killAll() {
      await killMarked(nonce, clock);
    },
    close: () => cancelSweep?.(),
  };
}
