/** The state backend, which plugins build on, keeps the contract; and changes nothing that could not be published. */
import { describe, expect, it } from 'vitest';
import { createStateBackend } from '../../src/adapters/memory/state-backend.ts';
import { failure } from '../../src/errors.ts';
import { createFakeClock } from '../fake-clock.ts';
import { describeBackendContract } from './backend-contract.ts';
import { staticSpec } from './contract-bench.ts';

const options = () => ({
  name: 'state',
  clock: createFakeClock(),
  createdBy: 'ann',
  applications: new Map(),
  blobs: new Map(),
});

describeBackendContract('state', async () => ({ backend: createStateBackend(options()), cleanup: async () => {} }), {
  roles: ['settings', 'source'],
});

describe('publishing', () => {
  const request = (version: string, requestId: string, basedOn?: string) => ({
    ...(basedOn === undefined ? {} : { basedOn }),
    application: 'shop',
    requestId,
    uploads: [{ module: 'default', version, spec: staticSpec(), manifest: { files: [] } }],
    traffic: { default: { shardBy: 'ip', allocations: { [version]: 1 } } } as const,
    settings: {},
    stop: [],
    createdBy: 'ann',
  });

  it('comes before a change is stored, and takes it back when it fails', async () => {
    const published: string[] = [];
    const where = options();
    const backend = createStateBackend({
      ...where,
      publish: async ({ before, after }) => {
        const versions = after.modules.flatMap((module) => module.versions.map(({ id }) => id));
        published.push(`${before?.currentRelease ?? 'nothing'} -> ${versions.join()}`);
        expect(where.applications.get('shop')?.releases.length ?? 0).toBe(published.length - 1);
        if (versions.includes('bad')) throw failure('release.invalid', { application: 'shop', reason: 'no room' });
      },
    });
    await backend.releases.commit(request('uno', 'request-1'));
    await expect(backend.releases.commit(request('bad', 'request-2', 'r1'))).rejects.toMatchObject({
      code: 'release.invalid',
    });
    expect(published).toEqual(['nothing -> uno', 'r1 -> uno,bad']);
    const live = await backend.describe('shop');
    expect(live?.currentRelease).toBe('r1');
    expect(live?.modules[0]?.versions.map(({ id }) => id)).toEqual(['uno']);
  });
});
