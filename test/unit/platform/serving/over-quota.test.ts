import { expect, it } from 'vitest';
import type { Scaling } from '../../../../src/model/scaling.ts';
import { createWorld, desiredOf, specOf } from './serving-world.ts';

const scalings: readonly Scaling[] = [
  { type: 'manual', instances: 2 },
  { type: 'basic', maxInstances: 2, idleTimeoutMs: 60_000 },
  { type: 'automatic', minInstances: 1 },
];

it.each(scalings)(
  '$type scaling: nothing runs over quota, requests are told so, and then it goes on',
  async (scaling) => {
    const spec = specOf(scaling);
    const world = createWorld({ spec });
    const before = world.request(10);
    await world.clock.advance(1_000);
    expect(before.outcome).toMatch(/^instance /);

    world.served.setDesired(desiredOf(spec, { isOverQuota: true }));
    await world.clock.advance(60_000);
    expect(world.phases()).toBe('');
    expect(world.served.summaries()).toEqual([]);
    expect(world.claim().outcome).toBe('refused over-quota');
    await world.clock.advance(60_000);
    expect(world.phases()).toBe('');

    world.served.setDesired(desiredOf(spec));
    const after = world.request(10);
    await world.clock.advance(1_000);
    expect(after.outcome).toMatch(/^instance /);
  },
);
