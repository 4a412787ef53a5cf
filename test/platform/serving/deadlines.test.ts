/** Code that goes on after its deadline: interrupted in time, and ended with its instance when that does not help. */
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import type { Scaling } from '../../../src/model/scaling.ts';
import { createRouter, type Router } from '../../../src/platform/router/router.ts';
import { createRuntimes } from '../../../src/platform/runtimes/registry.ts';
import { systemClock } from '../../../src/support/clock.ts';
import { application, module, table } from '../router/router-bench.ts';
import { assetsDirectory, scriptHandler } from '../runtimes/fixture-app.ts';
import { pythons } from '../runtimes/pythons.ts';
import { automatic, basic, createRig, desiredOf, eventually, isAlive, manual, type Rig } from './serving-rig.ts';

const apps = join(import.meta.dirname, '../../fixtures/apps');

// Side by side: most of the time they wait for deadlines.
describe.concurrent.each(pythons)('deadlines under $name', { timeout: 120_000 }, ({ isMissing, environment }) => {
  const openRig = async ({ onTestFinished }: Pick<TestContext, 'onTestFinished'>): Promise<Rig> => {
    const findRuntime = createRuntimes({ assetsDirectory, environment });
    const rig = await createRig({
      runtimeFor: (spec) => findRuntime(spec.runtime, spec.environment),
      limits: { warmupTimeoutMs: 1_000 },
    });
    onTestFinished(() => rig.end());
    return rig;
  };

  const stubborn = (scaling: Scaling, inboundServices: readonly string[] = []) => {
    const handlers = [scriptHandler('/.*', 'main.app')];
    const desired = desiredOf('python27-stubborn', { runtime: 'python27', scaling, handlers, inboundServices });
    return { ...desired, deployment: { ...desired.deployment, directory: join(apps, 'python27-stubborn') } };
  };

  const serve = async (scaling: Scaling, context: Pick<TestContext, 'onTestFinished'>) => {
    const rig = await openRig(context);
    const desired = stubborn(scaling);
    await rig.serve(desired);
    const { deploymentId } = desired.deployment;
    const pool = { claim: (options: object) => rig.engine.pool(deploymentId)?.claim(options) ?? refused };
    const router: Router = createRouter({
      clock: systemClock,
      logs: { append: () => {} },
      internalSecret: 'of this test',
    });
    router.swap(table(application([module({ deployment: { ...desired.deployment, module: 'default' }, pool })])));
    context.onTestFinished(() => router.close({ graceMs: 0 }));
    return { rig, router };
  };
  const refused = { kind: 'refused', refusal: 'stopped', reason: 'the test is over' } as const;
  const task = { kind: 'task', application: 'shop', method: 'GET', keepBodyBytes: 100 } as const;

  it
    .skipIf(isMissing)
    .for([['manual', manual(1)] as const, ['basic', basic(1)] as const, ['automatic', automatic()] as const])(
    '3.2f an instance of %s scaling whose code ignores DeadlineExceededError is ended',
    async ([type, scaling], context) => {
      const { rig, router } = await serve(scaling, context);
      const before = await router.dispatchInternal({ ...task, path: '/pid' });
      const pid = Number(Buffer.from(before.body).toString());
      const late = await router.dispatchInternal({ ...task, path: '/stubborn', deadlineMs: 1_000 });
      expect(late).toMatchObject({ status: 500, instance: before.instance });
      await eventually(() => !isAlive(pid), 'the end of the process');
      expect(rig.messages()).toContain('ignored DeadlineExceededError');
      const end = `instance ${before.instance} ended: a request did not end at its deadline`;
      await eventually(() => rig.messages().includes(end), 'the reason');
      const after = await router.dispatchInternal({ ...task, path: '/pid' });
      expect(after.status).toBe(200);
      expect(Number(Buffer.from(after.body).toString())).not.toBe(pid);
      // The slots of manual and basic scaling have numbers, which the replacement takes over.
      if (type !== 'automatic') expect(after.instance).toBe('0');
    },
  );

  it.skipIf(isMissing)('3.2f other requests of that instance are answered first', async (context) => {
    const { rig, router } = await serve(manual(1), context);
    const late = router.dispatchInternal({ ...task, path: '/stubborn', deadlineMs: 500 });
    const other = router.dispatchInternal({ ...task, path: '/slow' });
    expect((await late).status).toBe(500);
    await eventually(() => rig.engine.instances()[0]?.state !== 'ready');
    expect((await other).status).toBe(200);
  });

  it.skipIf(isMissing)('3.2a a warm-up request has the deadline of other requests', async (context) => {
    const rig = await openRig(context);
    const error: unknown = await rig.prepare(stubborn(automatic(), ['warmup'])).catch((reason: unknown) => reason);
    expect(String(error)).toContain('/_ah/warmup got no answer: no answer within 1 s');
    expect(rig.messages()).toContain('ignored DeadlineExceededError');
  });
});
