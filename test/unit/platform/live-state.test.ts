import { describe, expect, it } from 'vitest';
import type { ReleaseRequest } from '../../../src/model/release.ts';
import { allTrafficTo } from '../../../src/model/traffic.ts';
import {
  applyRelease,
  emptyLiveState,
  liveDeploymentIds,
  moduleNames,
  removeVersion,
} from '../../../src/platform/live-state.ts';
import { releaseProblem } from '../../../src/platform/release-checks.ts';
import { staticSpec } from '../../sample-spec.ts';

function request(change: Partial<ReleaseRequest> = {}): ReleaseRequest {
  return {
    application: 'app',
    requestId: 'request-1',
    uploads: [],
    traffic: {},
    settings: {},
    stop: [],
    createdBy: 'test',
    ...change,
  };
}

function upload(module: string, version: string, paths: readonly string[] = ['index.html']) {
  const files = paths.map((path) => ({ path, digest: 'a'.repeat(64), size: 1, isExecutable: false }));
  return { module, version, spec: staticSpec(), manifest: { files } };
}

const live = applyRelease(
  emptyLiveState,
  request({ uploads: [upload('default', 'one'), upload('worker', 'one')] }),
  (module) => `id-${module}`,
);

describe('applying a release', () => {
  it('gives a module its first version and all of its traffic', () => {
    expect(live.modules.default).toEqual({
      split: { shardBy: 'ip', allocations: { one: 1 } },
      versions: { one: { deploymentId: 'id-default', servingStatus: 'serving' } },
    });
  });

  it('adds a second version without moving traffic, then moves it', () => {
    const second = applyRelease(live, request({ uploads: [upload('worker', 'two')] }), () => 'id-two');
    expect(second.modules.worker?.split.allocations).toEqual({ one: 1 });
    const moved = applyRelease(second, request({ traffic: { worker: allTrafficTo('two') } }), () => '');
    expect(moved.modules.worker?.split.allocations).toEqual({ two: 1 });
    expect(liveDeploymentIds(moved)).toEqual(['id-default', 'id-worker', 'id-two']);
  });

  it('replaces only the settings that are named', () => {
    const dispatch = [{ url: '*/x', module: 'worker' }];
    const changed = applyRelease(live, request({ settings: { dispatch } }), () => '');
    expect(changed.settings).toEqual({ ...live.settings, dispatch });
  });

  it('stops versions once traffic has moved', () => {
    const stopped = applyRelease(live, request({ stop: [{ module: 'worker', version: 'one' }] }), () => '');
    expect(stopped.modules.worker?.versions.one?.servingStatus).toBe('stopped');
  });

  it('forgets a module with its last version', () => {
    expect(moduleNames(removeVersion(live, 'worker', 'one'))).toEqual(['default']);
  });
});

describe('what a client may not ask for', () => {
  const problem = (change: Partial<ReleaseRequest>, state = live, current?: string) =>
    releaseProblem(state, request(change), current)?.message;

  it.each([['../etc/passwd'], ['/etc/passwd'], ['a//b'], ['a/./b'], ['a\\b'], ['a\u0000b'], ['']])(
    'the path %j',
    (path) => {
      expect(problem({ uploads: [upload('default', 'two', [path])] })).toContain('path');
    },
  );

  it('the same path twice', () => {
    expect(problem({ uploads: [upload('default', 'two', ['a', 'a'])] })).toContain('twice');
  });

  it('bad names', () => {
    expect(problem({ application: 'No' })).toContain('application id');
    expect(problem({ uploads: [upload('Bad', 'one')] })).toContain('module name');
    expect(problem({ uploads: [upload('default', 'a-dot-b')] })).toContain('version name');
  });

  it('1.1a a first release without the default module', () => {
    expect(problem({ uploads: [upload('worker', 'one')] }, emptyLiveState)).toContain('default module');
  });

  it('1.4d traffic to a version that does not exist, or shares that do not add up', () => {
    expect(problem({ traffic: { default: allTrafficTo('nowhere') } })).toContain('nowhere');
    expect(problem({ traffic: { default: { shardBy: 'ip', allocations: { one: 0.5 } } } })).toContain('adds up');
  });

  it('1.3f a dispatch rule to a module that does not exist', () => {
    expect(problem({ settings: { dispatch: [{ url: '*/x', module: 'nowhere' }] } })).toContain('nowhere');
  });

  it('a release that was planned against another one', () => {
    expect(problem({ basedOn: 'r1' }, live, 'r2')).toContain('changed meanwhile');
    expect(problem({ basedOn: 'r2' }, live, 'r2')).toBeUndefined();
  });

  it('more modules than the limit', () => {
    const uploads = Array.from({ length: 21 }, (_, index) => upload(index === 0 ? 'default' : `m${index}`, 'one'));
    expect(problem({ uploads }, emptyLiveState)).toContain('(now 0); its profile paid-us allows 20');
  });
});
