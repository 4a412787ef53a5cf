/** The health checks of the flexible environment, answered by a real application. */
import { afterEach, describe, expect, it } from 'vitest';
import type { HealthCheck, VersionSpec } from '../../../src/model/version-spec.ts';
import type { Claim } from '../../../src/platform/serving/version-pool.ts';
import { systemClock } from '../../../src/support/clock.ts';
import { automatic, claim, createRig, desiredOf, eventually, get, manual, type Rig } from './serving-rig.ts';

let rig: Rig;
afterEach(() => rig.end());

const limits = { startTimeoutMs: 60_000, restartMaxDelayMs: 100 };
const readinessCheck: HealthCheck = { path: '/ready', checkIntervalMs: 100 };
const livenessCheck: HealthCheck = { path: '/live', checkIntervalMs: 100, initialDelayMs: 0 };

function application(spec: Partial<VersionSpec>) {
  return desiredOf('health-checked', { environment: 'flexible', scaling: automatic(), ...spec });
}

const said = (part: string) => rig.messages().filter((message) => message.includes(part));
const only = () => rig.engine.instances()[0];

async function claimed(...parameters: Parameters<typeof claim>): Promise<Claim> {
  const result = await claim(...parameters);
  if (result.kind === 'refused') throw new Error(result.reason);
  return result;
}

describe('3.6a readiness checks', () => {
  it('let the deploy wait for enough successes, and are neither traffic nor in the request log', async () => {
    rig = await createRig({ limits });
    const desired = application({ readinessCheck, environmentVariables: { READY_AFTER: '3' } });
    await rig.serve(desired);
    // What an application prints comes a moment after its answers.
    await eventually(() => said('GET /ready').length >= 5, 'five checks');
    const host = 'uno.my-module.simple-sample.localhost:8080';
    expect(said('GET /ready').slice(0, 5)).toEqual(
      [503, 503, 503, 200, 200].map((status) => `GET /ready of ${host} by GoogleHC/1.0: ${status}`),
    );
    expect(only()).toMatchObject({ state: 'ready', requests: 0, requestsInFlight: 0 });
    expect(rig.logs.filter(({ kind }) => kind === 'request')).toEqual([]);
  });

  it('fail the start when their time is over, with the path and the last answer', async () => {
    let endOfTime: (() => void) | undefined;
    const isAppStartTimeout = (ms: number) => ms > 400_000 && ms <= 500_000;
    const clock: typeof systemClock = {
      ...systemClock,
      after: (ms, callback, options) => {
        if (!isAppStartTimeout(ms)) return systemClock.after(ms, callback, options);
        endOfTime = callback;
        return () => undefined;
      },
    };
    rig = await createRig({ limits, clock });
    const check = { ...readinessCheck, host: 'checks.example', appStartTimeoutMs: 500_000 };
    const desired = application({
      readinessCheck: check,
      environmentVariables: { READY: '418' },
      scaling: manual(1),
    });
    const failing = expect(rig.prepare(desired)).rejects.toMatchObject({
      code: 'instance.start-failed',
      message: expect.stringContaining('its readiness_check did not succeed within 500 s: GET /ready answered 418'),
      details: { problem: 'check-failed', suggestion: expect.stringContaining('app_start_timeout_sec') },
    });
    await eventually(() => said('GET /ready of checks.example by GoogleHC/1.0: 418').length >= 3, 'three checks');
    expect(only()).toMatchObject({ state: 'starting', reason: 'listens; its readiness check has not succeeded yet' });
    endOfTime?.();
    await failing;
  });

  it('keep requests from an instance while they fail, and give it requests again', async () => {
    rig = await createRig({ limits: { ...limits, pendingLimitMs: 60_000 } });
    const desired = application({ readinessCheck, scaling: manual(1) });
    await rig.serve(desired);
    const first = await claimed(rig, desired);
    await get(first, '/set?ready=503');
    first.release({ status: 200, latencyMs: 1 });
    const reason = 'takes no requests: 2 readiness checks in a row failed: GET /ready answered 503';
    await eventually(() => only()?.reason === reason, 'the end of requests');
    expect(said(reason)).toHaveLength(1);
    const waiting = claim(rig, desired, { instance: '0' });
    const pid = only()?.pid;
    expect(rig.engine.pool(desired.deployment.deploymentId)?.waitingCount).toBe(1);
    await get(first, '/set?ready=200');
    const second = await waiting;
    expect(second).toMatchObject({ kind: 'claim', instance: '0' });
    if (second.kind === 'claim') second.release({ status: 200, latencyMs: 1 });
    expect(only()).toMatchObject({ state: 'ready', pid, requests: 2 });
    expect(said('takes requests again: GET /ready answered 200')).toHaveLength(1);
  });

  it('count while its start request runs too', async () => {
    rig = await createRig({ limits: { ...limits, pendingLimitMs: 60_000, startAcceptedMs: 0 } });
    const desired = application({ readinessCheck, scaling: manual(1), environmentVariables: { HOLDS_START: 'yes' } });
    await rig.serve(desired);
    const instance = {
      host: '127.0.0.1',
      port: Number(/on port (\d+)$/.exec(said('launched as process')[0] ?? '')?.[1]),
      signal: new AbortController().signal,
    };
    const waiting = claim(rig, desired);
    let isClaimed = false;
    void waiting.then(() => {
      isClaimed = true;
    });
    await get(instance, '/set?ready=503');
    await eventually(() => said('takes no requests: ').length > 0, 'the end of readiness');
    await get(instance, '/end-start');
    await eventually(() => rig.messages().includes('/_ah/start 200'), 'the end of the start request');
    await get(instance, '/');
    expect(isClaimed).toBe(false);
    await get(instance, '/set?ready=200');
    expect(await waiting).toMatchObject({ kind: 'claim', instance: '0' });
  });
});

describe('3.6a liveness checks', () => {
  it('restart an instance that fails them, and say why', async () => {
    rig = await createRig({ limits });
    const desired = application({ livenessCheck: { ...livenessCheck, failureThreshold: 2 }, scaling: manual(1) });
    await rig.serve(desired);
    const first = await claimed(rig, desired);
    const { body: pid } = await get(first, '/');
    await get(first, '/set?live=500');
    first.release({ status: 200, latencyMs: 1 });
    await eventually(() => {
      const instance = only();
      return instance?.state === 'ready' && String(instance.pid) !== pid;
    }, 'another process');
    const ended = 'instance 0 ended: 2 liveness checks in a row failed: GET /live answered 500';
    expect(rig.logs).toContainEqual(expect.objectContaining({ message: ended, level: 'error', stream: 'platform' }));
    expect(only()).toMatchObject({ id: '0', restarts: 1 });
  });

  it('count an answer that does not come in time as a failure, in a start too', async () => {
    rig = await createRig({ limits });
    const desired = application({
      readinessCheck,
      livenessCheck: { ...livenessCheck, failureThreshold: 1, timeoutMs: 100 },
      environmentVariables: { READY: '503', LIVE: 'hang' },
    });
    await expect(rig.prepare(desired)).rejects.toMatchObject({
      message: expect.stringContaining('a liveness check failed: GET /live: no answer within 0.1 s'),
      details: { problem: 'check-failed' },
    });
  });
});
