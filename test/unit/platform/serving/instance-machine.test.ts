/** Every pair of phase and event, and the laws that hold for any row of events. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type InstanceEvent,
  type InstancePhase,
  isUsable,
  transition,
} from '../../../../src/platform/serving/instance-machine.ts';

const cause = { reason: 'stopped', isFailure: false };
const both = { hook: true, requests: true };

const phases = {
  new: { tag: 'new', sinceMs: 0 },
  spawning: { tag: 'spawning', sinceMs: 0 },
  standby: { tag: 'standby', sinceMs: 0 },
  'starting start': { tag: 'starting', sinceMs: 0, request: 'start' },
  'starting warmup': { tag: 'starting', sinceMs: 0, request: 'warmup' },
  ready: { tag: 'ready', sinceMs: 0 },
  unready: { tag: 'unready', sinceMs: 0, reason: 'a readiness check failed' },
  'draining both': { tag: 'draining', sinceMs: 0, cause, awaits: both },
  'draining hook': { tag: 'draining', sinceMs: 0, cause, awaits: { hook: true, requests: false } },
  'draining requests': { tag: 'draining', sinceMs: 0, cause, awaits: { hook: false, requests: true } },
  terminating: { tag: 'terminating', sinceMs: 0, cause },
  killing: { tag: 'killing', sinceMs: 0, cause },
  ended: { tag: 'ended', sinceMs: 0, cause },
} as const satisfies Record<string, InstancePhase>;

const events = {
  launch: { type: 'launch' },
  'listening ready': { type: 'listening', next: 'ready' },
  'listening start': { type: 'listening', next: 'start' },
  'listening warmup': { type: 'listening', next: 'warmup' },
  'listening standby': { type: 'listening', next: 'standby' },
  'not-listening': { type: 'not-listening', reason: 'no port' },
  'port-taken': { type: 'port-taken' },
  demand: { type: 'demand' },
  'readiness-lost': { type: 'readiness-lost', reason: 'a readiness check failed' },
  'readiness-regained': { type: 'readiness-regained' },
  'answered well': { type: 'answered', isSuccess: true, reason: '' },
  'answered badly': { type: 'answered', isSuccess: false, reason: 'answered 500' },
  stop: { type: 'stop', cause, runsHook: true, isUrgent: false },
  'stop without hook': { type: 'stop', cause, runsHook: false, isUrgent: false },
  'stop urgently': { type: 'stop', cause, runsHook: true, isUrgent: true },
  'hook-done': { type: 'hook-done' },
  'requests-done': { type: 'requests-done' },
  'grace-over': { type: 'grace-over' },
  'kill-due': { type: 'kill-due' },
  exited: { type: 'exited', reason: 'exited with code 1' },
} as const satisfies Record<string, InstanceEvent>;

type PhaseName = keyof typeof phases;
type EventName = keyof typeof events;

const terminate = 'terminating <- arm-kill terminate';
const cut = 'terminating <- cut-requests arm-kill terminate';
const ended = 'ended <- clean-up';

/** Pairs that are not listed change nothing. `phase <- effects` */
const table: Record<PhaseName, Partial<Record<EventName, string>>> = {
  new: { launch: 'spawning <- spawn', stop: ended, 'stop without hook': ended, 'stop urgently': ended },
  spawning: {
    'listening ready': 'ready <- ',
    'listening start': 'starting start <- send-start',
    'listening warmup': 'starting warmup <- send-warmup',
    'listening standby': 'standby <- ',
    'not-listening': terminate,
    'port-taken': 'spawning <- spawn',
    stop: terminate,
    'stop without hook': terminate,
    'stop urgently': terminate,
    exited: ended,
  },
  standby: {
    demand: 'starting start <- send-start',
    stop: terminate,
    'stop without hook': terminate,
    'stop urgently': terminate,
    exited: ended,
  },
  'starting start': {
    'answered well': 'ready <- ',
    'answered badly': terminate,
    stop: 'draining both <- arm-grace send-stop watch-requests',
    'stop without hook': 'draining requests <- arm-grace watch-requests',
    'stop urgently': terminate,
    exited: ended,
  },
  'starting warmup': {
    'answered well': 'ready <- ',
    'answered badly': terminate,
    stop: terminate,
    'stop without hook': terminate,
    'stop urgently': terminate,
    exited: ended,
  },
  ready: {
    'readiness-lost': 'unready <- ',
    stop: 'draining both <- arm-grace send-stop watch-requests',
    'stop without hook': 'draining requests <- arm-grace watch-requests',
    'stop urgently': terminate,
    exited: ended,
  },
  unready: {
    'readiness-regained': 'ready <- ',
    stop: 'draining both <- arm-grace send-stop watch-requests',
    'stop without hook': 'draining requests <- arm-grace watch-requests',
    'stop urgently': terminate,
    exited: ended,
  },
  'draining both': {
    'hook-done': 'draining requests <- ',
    'requests-done': 'draining hook <- ',
    'grace-over': cut,
    'stop urgently': cut,
    exited: ended,
  },
  'draining hook': { 'hook-done': terminate, 'grace-over': cut, 'stop urgently': cut, exited: ended },
  'draining requests': { 'requests-done': terminate, 'grace-over': cut, 'stop urgently': cut, exited: ended },
  terminating: { 'kill-due': 'killing <- cut-requests kill', exited: ended },
  killing: { exited: ended },
  ended: {},
};

function nameOf(phase: InstancePhase): string {
  if (phase.tag === 'starting') return `starting ${phase.request}`;
  if (phase.tag !== 'draining') return phase.tag;
  const { hook, requests } = phase.awaits;
  return `draining ${hook && requests ? 'both' : hook ? 'hook' : requests ? 'requests' : 'nothing'}`;
}

const phaseNames = Object.keys(phases) as PhaseName[];
const eventNames = Object.keys(events) as EventName[];

describe('every pair of phase and event', () => {
  for (const phaseName of phaseNames) {
    it.each(eventNames)(`${phaseName} + %s`, (eventName) => {
      const { phase, effects } = transition(phases[phaseName], events[eventName], 5);
      const expected = table[phaseName][eventName] ?? `${phaseName} <- `;
      expect(`${nameOf(phase)} <- ${effects.join(' ')}`).toBe(expected);
      if (table[phaseName][eventName] === undefined) expect(phase).toEqual(phases[phaseName]);
    });
  }
});

describe('reasons', () => {
  it('keeps the reason of a stop when the process then exits', () => {
    const { phase } = transition(phases.terminating, events.exited, 9);
    expect(phase).toEqual({ tag: 'ended', sinceMs: 9, cause });
  });

  it.each([
    ['ready', 'exited', 'exited with code 1'],
    ['spawning', 'not-listening', 'no port'],
    ['starting start', 'answered badly', 'answered 500'],
  ] as const)('calls %s + %s a failure with its reason', (phaseName, eventName, reason) => {
    expect(transition(phases[phaseName], events[eventName], 0).phase).toMatchObject({
      cause: { reason, isFailure: true },
    });
  });
});

describe('laws', () => {
  const history = fc.array(fc.constantFrom(...eventNames), { maxLength: 40 });

  it('never becomes usable again once its end has begun', () => {
    fc.assert(
      fc.property(history, (names) => {
        let phase: InstancePhase = phases.new;
        let isEnding = false;
        for (const name of names) {
          phase = transition(phase, events[name], 0).phase;
          if (isEnding && isUsable(phase)) return false;
          isEnding ||= phase.tag !== 'new' && !isUsable(phase);
        }
        return true;
      }),
    );
  });

  it('cleans up exactly once, and only at the end', () => {
    fc.assert(
      fc.property(history, (names) => {
        let phase: InstancePhase = phases.new;
        let cleanUps = 0;
        for (const name of names) {
          const next = transition(phase, events[name], 0);
          phase = next.phase;
          cleanUps += next.effects.filter((effect) => effect === 'clean-up').length;
        }
        return cleanUps === (phase.tag === 'ended' ? 1 : 0);
      }),
    );
  });

  it('reaches the end from anywhere by stop, grace, kill and exit', () => {
    fc.assert(
      fc.property(history, (names) => {
        const end: EventName[] = ['stop', 'grace-over', 'kill-due', 'exited'];
        const phase = [...names, ...end].reduce<InstancePhase>(
          (now, name) => transition(now, events[name], 0).phase,
          phases.new,
        );
        return phase.tag === 'ended';
      }),
    );
  });
});
