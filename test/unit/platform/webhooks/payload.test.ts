import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../../src/model/operation.ts';
import { emptySettings } from '../../../../src/model/settings.ts';
import { webhookEventOf } from '../../../../src/model/webhook.ts';
import { MOST_ATTEMPTS, verdictOn } from '../../../../src/platform/webhooks/after-attempt.ts';
import { releasePayload } from '../../../../src/platform/webhooks/payload.ts';
import { deliveryHeaders } from '../../../../src/platform/webhooks/signature.ts';

const operation: Operation = {
  id: 'op',
  application: 'shop',
  kind: 'release',
  state: 'done',
  createdAt: '2026-01-01T00:00:00.000Z',
  finishedAt: '2026-01-01T00:00:05.000Z',
  createdBy: 'ann',
  events: [],
  release: 'r2',
};
const commit = { id: 'c'.repeat(40), branch: 'main', isDirty: false };
const live = {
  modules: {
    web: {
      split: { shardBy: 'ip', allocations: { v1: 1 } },
      versions: { v1: { deploymentId: '1', servingStatus: 'stopped' } },
    },
    default: {
      split: { shardBy: 'ip', allocations: { uno: 0.5, dos: 0.5 } },
      versions: {
        uno: { deploymentId: '2', servingStatus: 'serving' },
        dos: { deploymentId: '3', servingStatus: 'serving' },
      },
    },
  },
  settings: emptySettings,
  secrets: { TOKEN: 3 },
} as const;
const release = {
  id: 'r2',
  createdAt: operation.createdAt,
  createdBy: 'ann',
  message: 'spring',
  commit,
  isCurrent: true,
  changes: ['default:dos', 'secret TOKEN'],
  versions: {},
};
const request = {
  kind: 'release',
  request: {
    uploads: [{ module: 'default', version: 'tres' }],
    traffic: { web: {} },
    message: 'new',
    settings: { cron: [] },
  },
};

describe('what web-hooks are told', () => {
  it('is chosen by how the operation ended', () => {
    const told = (change: Partial<Operation>) => webhookEventOf({ ...operation, ...change });
    expect(told({})).toBe('release.live');
    expect(told({ state: 'failed' })).toBe('release.failed');
    expect(told({ kind: 'rollback' })).toBe('release.rolled-back');
    expect(told({ kind: 'rollback', state: 'failed' })).toBe('release.failed');
    expect(told({ kind: 'secrets' })).toBe('release.live');
    expect(told({ kind: 'traffic' })).toBe('traffic.changed');
    expect(told({ kind: 'traffic', state: 'failed' })).toBeUndefined();
    for (const kind of ['start', 'stop', 'scale', 'settings', 'create'] as const)
      expect(told({ kind })).toBeUndefined();
  });

  it('is the release that is live, with its modules and their addresses', () => {
    expect(
      releasePayload('release.live', { operation, request, live, release, defaultHostname: 'shop.localhost:8080' }),
    ).toEqual({
      event: 'release.live',
      time: '2026-01-01T00:00:05.000Z',
      application: 'shop',
      url: 'http://shop.localhost:8080/',
      by: 'ann',
      operation: { id: 'op', kind: 'release' },
      release: 'r2',
      message: 'spring',
      commit,
      changes: ['default:dos', 'secret TOKEN'],
      modules: [
        {
          name: 'default',
          url: 'http://shop.localhost:8080/',
          traffic: { uno: 0.5, dos: 0.5 },
          versions: [
            { id: 'uno', url: 'http://uno.shop.localhost:8080/', servingStatus: 'serving' },
            { id: 'dos', url: 'http://dos.shop.localhost:8080/', servingStatus: 'serving' },
          ],
        },
        {
          name: 'web',
          url: 'http://web.shop.localhost:8080/',
          traffic: { v1: 1 },
          versions: [{ id: 'v1', url: 'http://v1.web.shop.localhost:8080/', servingStatus: 'stopped' }],
        },
      ],
    });
  });

  it('is of a failed one what was wished, why it failed, and what still is live; no details of the error', () => {
    const error = {
      code: 'instance.start-failed',
      message: 'It did not start.',
      details: { output: ['planted'] },
      hints: [],
    };
    const failed = { ...operation, state: 'failed', error } as Operation;
    const told = releasePayload('release.failed', { operation: failed, request, live, release, defaultHostname: 'x' });
    expect(told).toMatchObject({
      release: 'r2',
      message: 'new',
      changes: ['default:tres', 'traffic of web', 'cron'],
      error: { code: 'instance.start-failed', message: 'It did not start.' },
    });
    expect(told).not.toHaveProperty('commit');
    expect(JSON.stringify(told)).not.toContain('planted');
    const first = releasePayload('release.failed', {
      operation: failed,
      request,
      live: { modules: {}, settings: emptySettings },
      release: undefined,
      defaultHostname: 'x',
    });
    expect(first).toMatchObject({ modules: [] });
    expect(first).not.toHaveProperty('release');
  });
});

describe('a delivery', () => {
  const failed = { attemptedAtMs: 0, durationMs: 1, status: 500, failure: 'the receiver refused it' };

  it('is tried again with growing pauses, for hours and not for ever', () => {
    const waits: number[] = [];
    for (let attempts = 1; attempts < MOST_ATTEMPTS; attempts += 1) {
      const verdict = verdictOn(failed, attempts, 1_000);
      if (verdict.state !== 'queued') expect.unreachable();
      waits.push((verdict.nextAtMs - 1_000) / 1000);
    }
    expect(waits).toEqual([10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600, 3600, 3600]);
    expect(verdictOn(failed, MOST_ATTEMPTS, 0)).toEqual({ state: 'failed', isGone: false });
    expect(verdictOn({ ...failed, status: 410 }, 1, 0)).toEqual({ state: 'failed', isGone: true });
    expect(verdictOn({ attemptedAtMs: 0, durationMs: 1, status: 204 }, 3, 0)).toEqual({ state: 'delivered' });
  });

  it('is signed over its time and its body', () => {
    const headers = deliveryHeaders({
      id: 'd1',
      event: 'ping',
      body: '{"ä":1}',
      secret: 'correct horse battery',
      nowMs: 1_767_225_600_999,
    });
    expect(headers).toMatchObject({
      'content-length': '8',
      'user-agent': expect.stringMatching(/^appcfg\/\d/),
      'x-appcfg-event': 'ping',
      'x-appcfg-delivery': 'd1',
      'x-appcfg-timestamp': '1767225600',
    });
    expect(headers['x-appcfg-signature']).toBe(
      'sha256=78ffff001f53728b066802a37e4167970b2f3ccb8325fcbec0916897d05f49fb',
    );
  });
});
