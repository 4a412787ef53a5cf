/** The life of one instance as a pure function: (phase, event, now) -> next phase and what to do (S3 "Instance states"). */

import type { StartProblem } from '../../model/start-problem.ts';
import type { FirstStep } from './first-step.ts';

/** Why an instance stops or ended. A failure counts for the restart policy; a planned stop does not. */
export interface EndCause {
  /** For people: `exited with code 1`, `idle for 5 minutes`. */
  readonly reason: string;
  readonly isFailure: boolean;
  /** What kept it from starting, where that is known. */
  readonly problem?: StartProblem | undefined;
}

export type InstancePhase =
  | { readonly tag: 'new'; readonly sinceMs: number }
  /** Launched, not yet listening. */
  | { readonly tag: 'spawning'; readonly sinceMs: number }
  /** Basic scaling: listens; `/_ah/start` waits for the first request. */
  | { readonly tag: 'standby'; readonly sinceMs: number }
  | { readonly tag: 'starting'; readonly sinceMs: number; readonly request: 'start' | 'warmup' }
  | { readonly tag: 'ready'; readonly sinceMs: number }
  /** Was ready; gets no requests while its readiness check fails, and finishes those it has. */
  | { readonly tag: 'unready'; readonly sinceMs: number; readonly reason: string }
  /** No new requests; the shutdown hook and the requests in flight have the grace period. */
  | { readonly tag: 'draining'; readonly sinceMs: number; readonly cause: EndCause; readonly awaits: DrainWait }
  /** SIGTERM was sent. */
  | { readonly tag: 'terminating'; readonly sinceMs: number; readonly cause: EndCause }
  /** SIGKILL was sent. */
  | { readonly tag: 'killing'; readonly sinceMs: number; readonly cause: EndCause }
  | { readonly tag: 'ended'; readonly sinceMs: number; readonly cause: EndCause };

/** What a draining instance still waits for. */
export interface DrainWait {
  readonly hook: boolean;
  readonly requests: boolean;
}

export type InstanceEvent =
  | { readonly type: 'launch' }
  /** `$PORT` accepts connections, and its readiness check, where it has one, succeeded. */
  | { readonly type: 'listening'; readonly next: FirstStep }
  | { readonly type: 'not-listening'; readonly reason: string; readonly problem?: StartProblem }
  /** Another program took the port between the check and the launch. */
  | { readonly type: 'port-taken' }
  /** Basic scaling: the first request has come. */
  | { readonly type: 'demand' }
  | { readonly type: 'readiness-lost'; readonly reason: string }
  | { readonly type: 'readiness-regained' }
  /** The start or warm-up request is over; `reason` says what was wrong. */
  | { readonly type: 'answered'; readonly isSuccess: boolean; readonly reason: string }
  /** `isUrgent` goes straight to SIGTERM. */
  | { readonly type: 'stop'; readonly cause: EndCause; readonly runsHook: boolean; readonly isUrgent: boolean }
  | { readonly type: 'hook-done' }
  | { readonly type: 'requests-done' }
  | { readonly type: 'grace-over' }
  | { readonly type: 'kill-due' }
  | { readonly type: 'exited'; readonly reason: string; readonly problem?: StartProblem };

export type InstanceEffect =
  | 'spawn'
  | 'send-start'
  | 'send-warmup'
  | 'send-stop'
  | 'watch-requests'
  | 'arm-grace'
  | 'terminate'
  | 'arm-kill'
  | 'cut-requests'
  | 'kill'
  | 'clean-up';

export interface Transition {
  readonly phase: InstancePhase;
  readonly effects: readonly InstanceEffect[];
}

export function transition(phase: InstancePhase, event: InstanceEvent, nowMs: number): Transition {
  if (event.type === 'exited' && phase.tag !== 'ended' && phase.tag !== 'new') return exited(phase, event, nowMs);
  switch (phase.tag) {
    case 'new':
      return whileNew(phase, event, nowMs);
    case 'spawning':
      return whileSpawning(phase, event, nowMs);
    case 'standby':
      return whileStandby(phase, event, nowMs);
    case 'starting':
      return whileStarting(phase, event, nowMs);
    case 'ready':
    case 'unready':
      return whileUp(phase, event, nowMs);
    case 'draining':
      return whileDraining(phase, event, nowMs);
    case 'terminating':
      return event.type === 'kill-due' ? kill(phase.cause, nowMs) : stay(phase);
    case 'killing':
    case 'ended':
      return stay(phase);
  }
}

/** True while requests may be given to it now or soon. */
export function isUsable(phase: InstancePhase): boolean {
  const { tag } = phase;
  return tag === 'spawning' || tag === 'standby' || tag === 'starting' || tag === 'ready' || tag === 'unready';
}

function stay(phase: InstancePhase): Transition {
  return { phase, effects: [] };
}

function whileNew(phase: InstancePhase, event: InstanceEvent, sinceMs: number): Transition {
  if (event.type === 'launch') return { phase: { tag: 'spawning', sinceMs }, effects: ['spawn'] };
  if (event.type === 'stop') return { phase: { tag: 'ended', sinceMs, cause: event.cause }, effects: ['clean-up'] };
  return stay(phase);
}

function whileSpawning(phase: InstancePhase, event: InstanceEvent, nowMs: number): Transition {
  switch (event.type) {
    case 'listening':
      return listening(event.next, nowMs);
    case 'port-taken':
      return { phase, effects: ['spawn'] };
    case 'not-listening':
      return terminate({ reason: event.reason, isFailure: true, problem: event.problem }, nowMs);
    case 'stop':
      return terminate(event.cause, nowMs);
    default:
      return stay(phase);
  }
}

function listening(next: FirstStep, sinceMs: number): Transition {
  switch (next) {
    case 'ready':
    case 'standby':
      return { phase: { tag: next, sinceMs }, effects: [] };
    case 'start':
      return { phase: { tag: 'starting', sinceMs, request: 'start' }, effects: ['send-start'] };
    case 'warmup':
      return { phase: { tag: 'starting', sinceMs, request: 'warmup' }, effects: ['send-warmup'] };
  }
}

function whileStandby(phase: InstancePhase, event: InstanceEvent, nowMs: number): Transition {
  if (event.type === 'demand') return listening('start', nowMs);
  // Its start request was never sent, so there is no program to notify.
  if (event.type === 'stop') return terminate(event.cause, nowMs);
  return stay(phase);
}

function whileStarting(
  phase: Extract<InstancePhase, { tag: 'starting' }>,
  event: InstanceEvent,
  nowMs: number,
): Transition {
  if (event.type === 'answered') {
    if (event.isSuccess) return { phase: { tag: 'ready', sinceMs: nowMs }, effects: [] };
    return terminate({ reason: event.reason, isFailure: true, problem: 'start-refused' }, nowMs);
  }
  if (event.type !== 'stop') return stay(phase);
  return phase.request === 'start' ? drain(event, nowMs) : terminate(event.cause, nowMs);
}

function whileUp(
  phase: Extract<InstancePhase, { tag: 'ready' | 'unready' }>,
  event: InstanceEvent,
  sinceMs: number,
): Transition {
  if (event.type === 'stop') return drain(event, sinceMs);
  if (event.type === 'readiness-lost' && phase.tag === 'ready')
    return { phase: { tag: 'unready', sinceMs, reason: event.reason }, effects: [] };
  if (event.type === 'readiness-regained' && phase.tag === 'unready')
    return { phase: { tag: 'ready', sinceMs }, effects: [] };
  return stay(phase);
}

function drain(event: Extract<InstanceEvent, { type: 'stop' }>, nowMs: number): Transition {
  if (event.isUrgent) return terminate(event.cause, nowMs);
  const awaits = { hook: event.runsHook, requests: true };
  const effects: readonly InstanceEffect[] = [
    'arm-grace',
    ...(event.runsHook ? (['send-stop'] as const) : []),
    'watch-requests',
  ];
  return { phase: { tag: 'draining', sinceMs: nowMs, cause: event.cause, awaits }, effects };
}

function whileDraining(
  phase: Extract<InstancePhase, { tag: 'draining' }>,
  event: InstanceEvent,
  nowMs: number,
): Transition {
  switch (event.type) {
    case 'hook-done':
      return drained(phase, { ...phase.awaits, hook: false }, nowMs);
    case 'requests-done':
      return drained(phase, { ...phase.awaits, requests: false }, nowMs);
    case 'grace-over':
      return terminate(phase.cause, nowMs, ['cut-requests']);
    case 'stop':
      return event.isUrgent ? terminate(phase.cause, nowMs, ['cut-requests']) : stay(phase);
    default:
      return stay(phase);
  }
}

function drained(phase: Extract<InstancePhase, { tag: 'draining' }>, awaits: DrainWait, nowMs: number): Transition {
  if (awaits.hook || awaits.requests) return stay({ ...phase, awaits });
  return terminate(phase.cause, nowMs);
}

function terminate(cause: EndCause, sinceMs: number, before: readonly InstanceEffect[] = []): Transition {
  return { phase: { tag: 'terminating', sinceMs, cause }, effects: [...before, 'arm-kill', 'terminate'] };
}

function kill(cause: EndCause, sinceMs: number): Transition {
  return { phase: { tag: 'killing', sinceMs, cause }, effects: ['cut-requests', 'kill'] };
}

function exited(
  phase: InstancePhase,
  { reason, problem }: Extract<InstanceEvent, { type: 'exited' }>,
  sinceMs: number,
): Transition {
  const cause = 'cause' in phase ? phase.cause : { reason, isFailure: true, problem };
  return { phase: { tag: 'ended', sinceMs, cause }, effects: ['clean-up'] };
}
