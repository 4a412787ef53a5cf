/** Laws of a served deployment under any row of requests, crashes, settings and pauses. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Scaling } from '../../../../src/model/scaling.ts';
import { createWorld, desiredOf, specOf, type Tracked, type World } from './serving-world.ts';

type Step =
  | { readonly do: 'request'; readonly ms: number; readonly isTask: boolean }
  | { readonly do: 'crash'; readonly which: number }
  | { readonly do: 'stop one'; readonly which: number }
  | { readonly do: 'set instances'; readonly instances: number }
  | { readonly do: 'set status'; readonly servingStatus: 'serving' | 'stopped' }
  | { readonly do: 'set traffic'; readonly receivesTraffic: boolean }
  | { readonly do: 'wait'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ do: fc.constant('request' as const), ms: fc.nat(3_000), isTask: fc.boolean() }), weight: 6 },
  { arbitrary: fc.record({ do: fc.constant('crash' as const), which: fc.nat(10) }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant('stop one' as const), which: fc.nat(10) }), weight: 1 },
  {
    arbitrary: fc.record({ do: fc.constant('set instances' as const), instances: fc.integer({ min: 1, max: 5 }) }),
    weight: 1,
  },
  {
    arbitrary: fc.record({
      do: fc.constant('set status' as const),
      servingStatus: fc.constantFrom('serving' as const, 'stopped' as const),
    }),
    weight: 1,
  },
  { arbitrary: fc.record({ do: fc.constant('set traffic' as const), receivesTraffic: fc.boolean() }), weight: 1 },
  {
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 50, 500, 5_000, 120_000) }),
    weight: 3,
  },
);

const scaling: fc.Arbitrary<Scaling> = fc.oneof(
  fc.record({ type: fc.constant('manual' as const), instances: fc.integer({ min: 1, max: 4 }) }),
  fc.record({
    type: fc.constant('basic' as const),
    maxInstances: fc.integer({ min: 1, max: 4 }),
    idleTimeoutMs: fc.constant(60_000),
  }),
  fc.record({
    type: fc.constant('automatic' as const),
    maxInstances: fc.integer({ min: 1, max: 6 }),
    minIdleInstances: fc.nat(2),
    maxConcurrentRequests: fc.integer({ min: 1, max: 5 }),
  }),
);

function perform(world: World, desired: ReturnType<typeof desiredOf>, action: Step) {
  const living = world.served.instances;
  switch (action.do) {
    case 'crash':
      world.created.find((instance) => instance === living[action.which % living.length])?.crash('exited with code 1');
      return desired;
    case 'stop one':
      world.served.stopInstance(living[action.which % living.length]?.id ?? '', 'stopped by request');
      return desired;
    case 'set instances':
      return { ...desired, instances: action.instances };
    case 'set status':
      return { ...desired, servingStatus: action.servingStatus };
    case 'set traffic':
      return { ...desired, receivesTraffic: action.receivesTraffic };
    case 'request':
    case 'wait':
      return desired;
  }
}

function expectInvariants(world: World): void {
  const { instances, settings } = world.served;
  const ids = instances.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const live = instances.filter(({ phase }) => !('cause' in phase));
  if (settings.type !== 'manual') expect(live.length).toBeLessThanOrEqual(settings.maxInstances);
  for (const { inFlight } of world.created) {
    expect(inFlight).toBeGreaterThanOrEqual(0);
    expect(inFlight).toBeLessThanOrEqual(settings.concurrency);
  }
}

describe('a served deployment', () => {
  it('never doubles a slot, passes a limit, loses a request or fails to settle', async () => {
    await fc.assert(
      fc.asyncProperty(
        scaling,
        fc.array(step, { maxLength: 40 }),
        fc.boolean(),
        async (scalingSpec, steps, isThreadsafe) => {
          const spec = specOf(scalingSpec, { isThreadsafe });
          const world = createWorld({ spec });
          const requests: Tracked[] = [];
          let desired = desiredOf(spec);
          for (const action of steps) {
            desired = perform(world, desired, action);
            world.served.setDesired(desired);
            if (action.do === 'request') requests.push(world.request(action.ms, { isTask: action.isTask }));
            await world.clock.advance(action.do === 'wait' ? action.ms : 0);
            expectInvariants(world);
          }
          await world.clock.advance(20_000);
          expect(requests.filter(({ outcome }) => outcome === 'waiting')).toEqual([]);
          await world.clock.advance(20 * 60_000);
          expect(world.created.map(({ inFlight }) => inFlight).filter((count) => count !== 0)).toEqual([]);
          expect(world.phases()).toBe(restingPhases(world, desired));
        },
      ),
      { numRuns: 150 },
    );
  });
});

/** What is left when nothing happens for long enough. */
function restingPhases({ served: { settings } }: World, desired: ReturnType<typeof desiredOf>): string {
  const ready = (count: number) => Array.from({ length: count }, () => 'ready').join(' ');
  if (desired.servingStatus === 'stopped') return '';
  switch (settings.type) {
    case 'manual':
      return ready(settings.instances);
    case 'basic':
      return '';
    case 'automatic':
      return ready(Math.min(settings.maxInstances, settings.minIdleInstances));
  }
}
