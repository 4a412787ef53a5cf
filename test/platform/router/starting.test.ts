/** Before the platform has told the router what is deployed: not there yet is something else than not found. */
import { expect, it, onTestFinished } from 'vitest';
import { createRouter } from '../../../src/platform/router/router.ts';
import { systemClock } from '../../../src/support/clock.ts';

it('asks to come again until there is a first table', async () => {
  const router = createRouter({ clock: systemClock, logs: { append: () => {} }, internalSecret: 'secret' });
  const { port } = await router.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => router.close({ graceMs: 0 }));
  const url = `http://127.0.0.1:${port}/`;
  const early = await fetch(url);
  expect([early.status, early.headers.get('retry-after')]).toEqual([503, '1']);
  router.swap({ applications: new Map() });
  expect((await fetch(url)).status).toBe(404);
});
