/** Defaults and errors of the Modules API, for callers that are live and callers that are not yet. */
import { describe, expect, it } from 'vitest';
import { failure } from '../../../../src/errors.ts';
import { emptySettings } from '../../../../src/model/settings.ts';
import type { VersionSpec } from '../../../../src/model/version-spec.ts';
import { createModulesService } from '../../../../src/platform/apis/modules/modules-service.ts';
import { modulesMessages as messages } from '../../../../src/platform/apis/protocol/modules.ts';
import type { LiveState } from '../../../../src/platform/live-state.ts';
import { apiCall, spec } from './caller.ts';

const specs: Readonly<Record<string, VersionSpec>> = {
  manual: spec,
  basic: { ...spec, scaling: { type: 'basic', maxInstances: 5, idleTimeoutMs: 1000 } },
  automatic: { ...spec, scaling: { type: 'automatic' } },
};

const live: LiveState = {
  modules: {
    default: {
      split: { shardBy: 'ip', allocations: { uno: 0.3, dos: 0.7 } },
      versions: {
        uno: { deploymentId: 'manual', servingStatus: 'serving', instances: 3 },
        dos: { deploymentId: 'automatic', servingStatus: 'serving' },
      },
    },
    worker: {
      split: { shardBy: 'ip', allocations: { old: 1 } },
      versions: {
        old: { deploymentId: 'basic', servingStatus: 'stopped' },
        new: { deploymentId: 'manual', servingStatus: 'serving' },
      },
    },
  },
  settings: emptySettings,
};

function bench({ isDeployed = true } = {}) {
  const changes: object[] = [];
  let problem: Error | undefined;
  const note = async (change: object) => {
    if (problem) throw problem;
    changes.push(change);
  };
  const service = createModulesService({
    live: () => (isDeployed ? live : undefined),
    spec: (deploymentId) => specs[deploymentId],
    setServingStatus: note,
    setInstances: note,
  });
  const call = async (method: string, request: object = {}, caller = apiCall()) => {
    const sent = 'instance' in request ? messages.getHostnameRequest : messages.setNumInstancesRequest;
    const answer = await service[method]?.(sent.encode(request), caller);
    const codecs = {
      GetModules: messages.getModulesResponse,
      GetVersions: messages.getVersionsResponse,
      GetDefaultVersion: messages.getDefaultVersionResponse,
      GetNumInstances: messages.getNumInstancesResponse,
      GetHostname: messages.getHostnameResponse,
    };
    const codec = (codecs as Readonly<Record<string, { decode(bytes: Uint8Array): object }>>)[method] ?? messages.empty;
    return Object.values(codec.decode(answer ?? new Uint8Array()))[0];
  };
  return {
    call,
    changes,
    failWith: (error: Error) => {
      problem = error;
    },
  };
}

describe('the Modules API', () => {
  it('5.1b knows the modules, the versions, and the version that takes most traffic', async () => {
    const { call } = bench();
    expect(await call('GetModules')).toEqual(['default', 'worker']);
    expect(await call('GetVersions')).toEqual(['dos', 'uno']);
    expect(await call('GetVersions', { module: 'worker' })).toEqual(['new', 'old']);
    expect(await call('GetDefaultVersion')).toBe('dos');
    await expect(call('GetDefaultVersion', { module: 'constructor' })).rejects.toMatchObject({ code: 1 });
    await expect(call('GetVersions', { module: 'absent' })).rejects.toMatchObject({ code: 1 });
  });

  it('5.1d means the caller’s version, or the default one of a module that lacks it', async () => {
    const { call } = bench();
    expect(await call('GetHostname')).toBe('uno.shop.localhost:8080');
    expect(await call('GetHostname', { module: 'worker' })).toBe('old.worker.shop.localhost:8080');
    expect(await call('GetHostname', { module: 'worker', version: 'new' })).toBe('new.worker.shop.localhost:8080');
    expect(await call('GetNumInstances')).toBe(3);
    expect(await call('GetNumInstances', { module: 'worker' })).toBe(5);
    expect(await call('GetNumInstances', { module: 'worker', version: 'new' })).toBe(2);
    await expect(call('GetNumInstances', { version: 'dos' })).rejects.toMatchObject({ code: 2 });
    await expect(call('GetNumInstances', { module: 'absent' })).rejects.toMatchObject({ code: 2 });
  });

  it('V11 5.1c addresses the instances that there may be', async () => {
    const { call } = bench();
    const of = (instance: string, more: object = {}) => call('GetHostname', { instance, ...more });
    expect(await of('2')).toBe('2.uno.default.shop.localhost:8080');
    expect(await of('4', { module: 'worker' })).toBe('4.old.worker.shop.localhost:8080');
    for (const instance of ['3', '-1', 'x', '1.5', '0x1', ' 1']) {
      await expect(of(instance)).rejects.toMatchObject({ code: 3 });
    }
    await expect(of('0', { version: 'dos' })).rejects.toMatchObject({ code: 3 });
    await expect(of('0', { module: 'absent' })).rejects.toMatchObject({ code: 1 });
    await expect(of('0', { version: '__proto__' })).rejects.toMatchObject({ code: 1 });
  });

  it('serves an instance whose version is not live yet', async () => {
    const { call } = bench({ isDeployed: false });
    const caller = apiCall({}, { module: 'fresh', version: 'tres' });
    expect(await call('GetModules', {}, caller)).toEqual(['fresh']);
    expect(await call('GetVersions', {}, caller)).toEqual(['tres']);
    expect(await call('GetDefaultVersion', {}, caller)).toBe('tres');
    expect(await call('GetNumInstances', {}, caller)).toBe(2);
    expect(await call('GetHostname', {}, caller)).toBe('tres.fresh.shop.localhost:8080');
    const beside = bench();
    expect(await beside.call('GetModules', {}, caller)).toEqual(['default', 'worker', 'fresh']);
    expect(await beside.call('GetVersions', {}, apiCall({}, { version: 'tres' }))).toEqual(['dos', 'uno', 'tres']);
  });

  it('V8 5.1f changes what it may, in the caller’s name', async () => {
    const { call, changes } = bench();
    await call('SetNumInstances', { instances: 4 });
    await call('StopModule');
    await call('StartModule', { module: 'worker', version: 'old' });
    const createdBy = 'instance 0 of default:uno';
    expect(changes).toEqual([
      { application: 'shop', module: 'default', version: 'uno', createdBy, instances: 4 },
      { application: 'shop', module: 'default', version: 'uno', createdBy, status: 'stopped' },
      { application: 'shop', module: 'worker', version: 'old', createdBy, status: 'serving' },
    ]);
  });

  it('V9 V8 5.1e 5.1g refuses what scaling, numbers and states do not allow', async () => {
    const { call, changes } = bench();
    await expect(call('SetNumInstances', { instances: 0 })).rejects.toMatchObject({ code: 3 });
    await expect(call('SetNumInstances', { instances: -3 })).rejects.toMatchObject({ code: 3 });
    await expect(call('SetNumInstances', { module: 'worker', instances: 2 })).rejects.toMatchObject({ code: 2 });
    await expect(call('StopModule', { version: 'dos' })).rejects.toMatchObject({ code: 2 });
    await expect(call('StartModule', { module: 'default', version: 'uno' })).rejects.toMatchObject({ code: 5 });
    await expect(call('StopModule', { module: 'worker', version: 'old' })).rejects.toMatchObject({ code: 5 });
    expect(changes).toEqual([]);
  });

  it('tells refusals for good from what may be tried again', async () => {
    const { call, failWith } = bench();
    failWith(failure('version.not-manual', { module: 'default', version: 'uno', scaling: 'basic' }));
    await expect(call('SetNumInstances', { instances: 4 })).rejects.toMatchObject({ code: 2 });
    failWith(failure('platform.closing', {}));
    await expect(call('SetNumInstances', { instances: 4 })).rejects.toMatchObject({ code: 4 });
  });
});
