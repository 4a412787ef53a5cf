/** WebSockets of instances that a deploy replaces: kept for the documented time, and ended then. */
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import { createRig, desiredOf, eventually, manual } from '../serving/serving-rig.ts';
import { application, module, startRouter, table, version } from './router-bench.ts';

async function connected(graceMs: number) {
  const rig = await createRig({ limits: { graceMs, killDelayMs: 100 } });
  onTestFinished(() => rig.end());
  const desired = desiredOf('websocket-rooms', { scaling: manual(1) });
  await rig.serve(desired);
  const pool = rig.engine.pool(desired.deployment.deploymentId);
  if (!pool) throw new Error('nothing is served');
  const routed = version(pool, { ...desired.deployment, application: 'shop', module: 'default' });
  const { port, router } = await startRouter(table(application([module(routed)])));
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers: { Host: 'shop.localhost' } });
  onTestFinished(() => socket.terminate());
  await once(socket, 'message');
  return { rig, router, socket };
}

describe('WebSockets of a replaced instance', () => {
  it('go on until their client ends them, and the instance with them', async () => {
    const { rig, socket } = await connected(60_000);
    rig.engine.setDesired([]);
    for (let round = 0; round < 3; round += 1) {
      const answer = once(socket, 'message');
      socket.send(`round ${round}`);
      expect(String((await answer)[0])).toBe(`round ${round}`);
    }
    expect(rig.engine.instances()).toMatchObject([{ state: 'stopping', requestsInFlight: 1 }]);
    socket.close(1000);
    await eventually(() => rig.engine.instances().length === 0);
  });

  it('end when the time for that is over', async () => {
    const { rig, router, socket } = await connected(300);
    const closed = once(socket, 'close');
    rig.engine.setDesired([]);
    await closed;
    await eventually(() => rig.engine.instances().length === 0 && router.statistics().webSocketsOpen === 0);
  });
});
