/** Wish and what the machine can do -> the isolation level in force, and why it is that one. Pure. */
import {
  type IsolationLevel,
  type IsolationStatus,
  type IsolationWish,
  isAtLeast,
  isolationLevels,
  type KernelLimit,
} from '../../../model/isolation.ts';

/** Something the machine can or can't do. */
export type Probe =
  | { readonly isAvailable: true }
  | { readonly isAvailable: false; readonly reason: string; readonly advice?: string };

export interface IsolationProbes {
  readonly isRoot: boolean;
  /** A real program in the full sandbox. */
  readonly bwrap: Probe;
  /** No new privileges, death signal, change of user. */
  readonly setpriv: Probe;
  /** Programs of another user reach what they need; asked only of root. */
  readonly otherUsers: Probe;
  /** System calls that an application has no use for are refused; part of the sandbox. */
  readonly callFilter: Probe;
  /** Which limits the kernel holds, and what keeps it from the others. */
  readonly limits: readonly KernelLimit[];
  readonly missingLimits: Probe;
}

export interface IsolationRequest {
  readonly wanted: IsolationWish;
  /** The platform must not start with less. */
  readonly required?: IsolationLevel;
  readonly probes: IsolationProbes;
}

export type IsolationChoice =
  | { readonly isPossible: true; readonly status: IsolationStatus }
  /** Nothing may be started: `level` was asked for, and this is what stands in its way. */
  | {
      readonly isPossible: false;
      readonly level: IsolationLevel;
      readonly reasons: readonly string[];
      readonly advice: readonly string[];
    };

/** A level that was named is never replaced by a weaker one; `auto` takes the strongest there is. */
export function chooseIsolation({ wanted, required, probes }: IsolationRequest): IsolationChoice {
  const level = wanted === 'auto' ? strongest(probes) : wanted;
  const asked = required === undefined || isAtLeast(level, required) ? level : required;
  const obstacles = obstaclesTo(asked, probes);
  if (obstacles.length > 0) return { isPossible: false, level: asked, ...explain(obstacles) };
  if (asked !== level) {
    const reasons = [`isolation level ${level} was asked for, which is less`];
    return { isPossible: false, level: asked, reasons, advice: [`Ask for ${asked} or auto.`] };
  }
  return { isPossible: true, status: statusOf(level, probes) };
}

type Obstacle = Exclude<Probe, { readonly isAvailable: true }>;

function strongest(probes: IsolationProbes): IsolationLevel {
  const possible = isolationLevels.filter((level) => obstaclesTo(level, probes).length === 0);
  return possible.at(-1) ?? 'none';
}

function obstaclesTo(level: IsolationLevel, probes: IsolationProbes): readonly Obstacle[] {
  switch (level) {
    case 'none':
      return [];
    case 'process':
      return missing(probes.isRoot ? [probes.setpriv, probes.otherUsers] : [probes.setpriv]);
    case 'bwrap':
      return missing(probes.isRoot ? [probes.bwrap, probes.setpriv] : [probes.bwrap]);
  }
}

function statusOf(level: IsolationLevel, probes: IsolationProbes): IsolationStatus {
  const better = isolationLevels.slice(isolationLevels.indexOf(level) + 1);
  const obstacles = better.flatMap((one) => obstaclesTo(one, probes));
  if (level === 'bwrap') obstacles.push(...missing([probes.callFilter]));
  if (level !== 'none') obstacles.push(...missing([probes.missingLimits]));
  const { reasons, advice } = explain(obstacles);
  return {
    level,
    reasons: [...weaknesses(level, probes), ...reasons],
    advice: [...advice, ...(better.length > 0 && obstacles.length === 0 ? [`Ask for ${better.at(-1)} or auto.`] : [])],
    kernelLimits: level === 'none' ? [] : probes.limits,
  };
}

function weaknesses(level: IsolationLevel, { isRoot }: IsolationProbes): readonly string[] {
  switch (level) {
    case 'none':
      return [
        'applications can read what the platform can, its state and its token included, and so can packages that a build installs',
      ];
    case 'process':
      return isRoot ? [] : ['applications run as the user of the platform, and can read what that user can'];
    case 'bwrap':
      return [];
  }
}

function missing(probes: readonly Probe[]): Obstacle[] {
  return probes.filter((probe) => !probe.isAvailable);
}

function explain(obstacles: readonly Obstacle[]): {
  readonly reasons: readonly string[];
  readonly advice: readonly string[];
} {
  const unique = (texts: readonly string[]) => [...new Set(texts)];
  return {
    reasons: unique(obstacles.map(({ reason }) => reason)),
    advice: unique(obstacles.flatMap(({ advice }) => (advice === undefined ? [] : [advice]))),
  };
}
