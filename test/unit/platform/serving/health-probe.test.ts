/** How answers in a row become a verdict, and what the yaml file's settings come to. */
import { afterEach, describe, expect, it } from 'vitest';
import { HealthProbe, type ProbeSettings } from '../../../../src/platform/serving/health-probe.ts';
import {
  livenessSettings,
  readinessSettings,
  startTimeoutMs,
} from '../../../../src/platform/serving/health-settings.ts';
import type { InternalAnswer } from '../../../../src/platform/serving/internal-request.ts';
import { createFakeClock } from '../../../fake-clock.ts';

const settings: ProbeSettings = {
  path: '/ready',
  intervalMs: 1_000,
  timeoutMs: 400,
  failureThreshold: 3,
  successThreshold: 2,
};

const probes: HealthProbe[] = [];
afterEach(() => {
  for (const probe of probes.splice(0)) probe.stop();
});

/** `answers` are statuses in order, the last of them again and again; 0 is no answer. */
function probing(answers: readonly number[], change: Partial<ProbeSettings> = {}) {
  const clock = createFakeClock();
  const asked: number[] = [];
  const verdicts: string[] = [];
  const answerOf = (status: number): InternalAnswer =>
    status === 0 ? { bytes: 0, latencyMs: 1, problem: 'socket hang up' } : { status, bytes: 0, latencyMs: 1 };
  const probe: HealthProbe = new HealthProbe(
    clock,
    { ...settings, ...change },
    {
      ask: async ({ path, timeoutMs }) => {
        expect([path, timeoutMs]).toEqual(['/ready', 400]);
        asked.push(clock.monotonicMs());
        return answerOf(answers[Math.min(asked.length, answers.length) - 1] ?? 0);
      },
      onGood: () => verdicts.push(`good at ${clock.monotonicMs()}: ${probe.lastAnswer}`),
      onBad: () => verdicts.push(`bad at ${clock.monotonicMs()}: ${probe.lastAnswer}`),
    },
  );
  probes.push(probe);
  return { clock, probe, asked, verdicts };
}

describe('3.6a a health check', () => {
  it('asks after the delay, then at its interval', async () => {
    const { clock, probe, asked } = probing([200]);
    probe.start(700);
    await clock.advance(3_000);
    expect(asked).toEqual([700, 1_700, 2_700]);
  });

  it('is good after enough successes in a row and bad after enough failures in a row, said once each', async () => {
    const { clock, probe, verdicts } = probing([200, 503, 200, 200, 200, 500, 0, 200, 500, 500, 0, 0, 200, 200]);
    probe.start(0);
    await clock.advance(13_000);
    expect(verdicts).toEqual([
      'good at 3000: GET /ready answered 200',
      'bad at 10000: GET /ready: socket hang up',
      'good at 13000: GET /ready answered 200',
    ]);
  });

  it.each([301, 404, 204, 503])('takes %i for a failure: only 200 is healthy', async (status) => {
    const { clock, probe, verdicts } = probing([status], { failureThreshold: 1 });
    probe.start(0);
    await clock.advance(1);
    expect(verdicts).toEqual([`bad at 0: GET /ready answered ${status}`]);
  });

  it('never has two requests under way, and leaves nothing behind when it is stopped', async () => {
    const clock = createFakeClock();
    let open = 0;
    let most = 0;
    let count = 0;
    const verdicts: string[] = [];
    const probe = new HealthProbe(clock, settings, {
      ask: async ({ signal }) => {
        open += 1;
        count += 1;
        most = Math.max(most, open);
        await clock.sleep(2_500, signal).catch(() => undefined);
        open -= 1;
        return { status: 500, bytes: 0, latencyMs: 2_500 };
      },
      onGood: () => verdicts.push('good'),
      onBad: () => verdicts.push('bad'),
    });
    probe.start(0);
    await clock.advance(6_000);
    expect({ most, count, open }).toEqual({ most: 1, count: 3, open: 1 });
    probe.stop();
    await clock.advance(60_000);
    expect({ count, open, verdicts, timers: clock.pendingTimers }).toEqual({
      ...{ count: 3, open: 0, verdicts: [], timers: 0 },
    });
  });

  it('asks no more when the one it told stopped it', async () => {
    const { clock, probe, asked } = probing([500], { failureThreshold: 1 });
    const stopping = new HealthProbe(clock, settings, {
      ask: async () => ({ status: 200, bytes: 0, latencyMs: 1 }),
      onGood: () => {
        probe.stop();
        stopping.stop();
      },
      onBad: () => undefined,
    });
    probe.start(0);
    stopping.start(0);
    await clock.advance(60_000);
    expect(asked).toEqual([0, 1_000]);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('3.6a the settings of health checks', () => {
  const flexible = { environment: 'flexible' } as const;
  const limits = { startTimeoutMs: 60_000 };

  it('have the documented defaults, which 0 stands for too', () => {
    const readiness = { path: '/r', intervalMs: 5_000, timeoutMs: 4_000, failureThreshold: 2, successThreshold: 2 };
    const liveness = { path: '/l', intervalMs: 30_000, timeoutMs: 4_000, failureThreshold: 4, successThreshold: 2 };
    const zero = { checkIntervalMs: 0, timeoutMs: 0, failureThreshold: 0, successThreshold: 0 };
    for (const given of [{}, zero]) {
      const spec = {
        ...flexible,
        readinessCheck: { path: 'r', ...given },
        livenessCheck: { path: '/l', host: 'a.example', ...given },
      };
      expect(readinessSettings(spec)).toEqual({ ...readiness, appStartTimeoutMs: 300_000 });
      expect(livenessSettings(spec)).toEqual({ ...liveness, host: 'a.example', initialDelayMs: 300_000 });
      expect(startTimeoutMs(spec, limits)).toBe(300_000);
    }
    expect(livenessSettings({ ...flexible, livenessCheck: { path: '/l', initialDelayMs: 0 } })?.initialDelayMs).toBe(0);
  });

  it('leave it to the port where the file names no path, or another environment', () => {
    const check = { appStartTimeoutMs: 7_000, checkIntervalMs: 1_000 };
    const pathless = { ...flexible, readinessCheck: check, livenessCheck: check };
    const standard = {
      environment: 'standard',
      readinessCheck: { path: '/r' },
      livenessCheck: { path: '/l' },
    } as const;
    for (const spec of [flexible, pathless, standard]) {
      expect(readinessSettings(spec)).toBeUndefined();
      expect(livenessSettings(spec)).toBeUndefined();
    }
    expect(startTimeoutMs(pathless, limits)).toBe(7_000);
    expect(startTimeoutMs(standard, limits)).toBe(60_000);
  });

  it('keep an instance from being kept busy by its checks', () => {
    const spec = { ...flexible, readinessCheck: { path: '/r', checkIntervalMs: 1 } };
    expect(readinessSettings(spec)?.intervalMs).toBe(100);
  });
});
