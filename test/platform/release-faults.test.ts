/** Releases when a disk refuses, and requests that come twice because an answer was lost. */
import { describe, expect, it } from 'vitest';
import { failure } from '../../src/errors.ts';
import { releaseRig } from './release-rig.ts';

describe('a release that can not be committed', () => {
  it('leaves no instance of its own behind, and the former one live', async () => {
    const { release, upload, desired, engine, swapped } = await releaseRig();
    await release([upload('default', 'old')]);
    const before = swapped.table;
    const [old] = [...engine.prepared];
    const commit = desired.commit.bind(desired);
    desired.commit = () => {
      throw failure('store.write-failed', { file: 'platform.db', reason: 'the disk is full' });
    };
    expect(await release([upload('default', 'new')])).toMatchObject({ error: { code: 'store.write-failed' } });
    expect([...engine.prepared]).toEqual([old]);
    expect(swapped.table).toBe(before);
    desired.commit = commit;
    expect(await release([upload('default', 'new')])).toMatchObject({ state: 'done', release: 'r2' });
  });
});

describe('a change whose answer was lost', () => {
  it('is answered with the same operation when it is sent again, also when it deleted what it names', async () => {
    const { release, upload, changes, finish } = await releaseRig();
    await release([upload('default', 'a'), upload('worker', 'b')]);
    const request = { application: 'app', module: 'worker', version: 'one', requestId: 'delete-1', createdBy: 'test' };
    const first = await finish({ kind: 'delete', request });
    expect(first.state).toBe('done');
    expect(changes.submit({ kind: 'delete', request })).toEqual(first);
    expect(() => changes.submit({ kind: 'delete', request: { ...request, module: 'default' } })).toThrow(
      expect.objectContaining({ code: 'request.reused' }),
    );
  });
});

describe('names that every JavaScript object has', () => {
  it('are names like any other', async () => {
    const { release, upload, desired, finish } = await releaseRig();
    await release([upload('default', 'a')]);
    const version = { ...upload('constructor', 'b'), version: 'constructor' };
    expect(await release([version])).toMatchObject({ state: 'done' });
    const module = desired.application('app')?.live.modules.constructor;
    expect(module).toMatchObject({ split: { allocations: { constructor: 1 } }, versions: { constructor: {} } });
    const request = { application: 'app', module: 'constructor', version: 'constructor', createdBy: 'test' };
    const deleted = await finish({ kind: 'delete', request: { ...request, requestId: 'delete-1' } });
    expect(deleted).toMatchObject({ state: 'done' });
  });

  it.each(['constructor', '__proto__', 'toString'])('%s is not found where nobody deployed it', async (name) => {
    const { release, upload, changes, finish } = await releaseRig();
    await release([upload('default', 'a')]);
    const author = { requestId: `request-${name}`, createdBy: 'test' };
    const codeOf = (work: () => unknown) => {
      try {
        work();
      } catch (error) {
        return (error as { readonly code?: string }).code;
      }
      return 'accepted';
    };
    const named = (module: string, version: string) => ({ application: 'app', module, version, ...author });
    expect(codeOf(() => changes.submit({ kind: 'stop', request: named(name, 'one') }))).toBe('module.not-found');
    expect(codeOf(() => changes.submit({ kind: 'stop', request: named('default', name) }))).toBe('version.not-found');
    const dispatch = [{ url: '*/a', module: name }];
    const settings = await finish({
      kind: 'settings',
      request: { application: 'app', settings: { dispatch }, ...author },
    });
    expect(settings).toMatchObject({ error: { code: 'deploy.dispatch-target-missing' } });
    const traffic = Object.fromEntries([[name, { shardBy: 'ip' as const, allocations: { one: 1 } }]]);
    expect(await release([], { traffic })).toMatchObject({ error: { code: 'release.invalid' } });
  });
});
