/** The contract of what changes between releases: traffic, start and stop, instances, deletion. */
import { expect, it } from 'vitest';
import { allTrafficTo } from '../../src/model/traffic.ts';
import { type ContractBench, codeOf } from './contract-bench.ts';

const manual = { type: 'manual', instances: 2 } as const;
const basic = { type: 'basic', maxInstances: 1, idleTimeoutMs: 60_000 } as const;

export function changesContract(bench: ContractBench): void {
  it('moves the traffic of several modules in one step', async () => {
    const application = bench.newApplication();
    await bench.release(application, [bench.upload(), bench.upload({ module: 'api' })]);
    await bench.release(application, [
      bench.upload({ version: 'dos' }),
      bench.upload({ module: 'api', version: 'dos' }),
    ]);
    const split = { shardBy: 'cookie', allocations: { uno: 0.25, dos: 0.75 } } as const;
    const operation = await bench.backend.traffic.set(application, { default: split, api: allTrafficTo('dos') });
    expect(operation).toMatchObject({ kind: 'traffic', state: 'done' });
    expect((await bench.live(application)).modules.map(({ traffic }) => traffic)).toEqual([split, allTrafficTo('dos')]);
  });

  it('moves no traffic at all when one of the splits is wrong', async () => {
    const application = bench.newApplication();
    await bench.release(application, [
      bench.upload(),
      bench.upload({ module: 'api' }),
      bench.upload({ version: 'dos' }),
    ]);
    const before = await bench.live(application);
    const good = { default: allTrafficTo('dos') };
    const set = bench.backend.traffic.set;
    expect(await codeOf(set(application, { ...good, api: allTrafficTo('nowhere') }))).toBe('version.not-found');
    expect(await codeOf(set(application, { ...good, nowhere: allTrafficTo('uno') }))).toBe('module.not-found');
    const half = { shardBy: 'ip', allocations: { uno: 0.5 } } as const;
    expect(await codeOf(set(application, { ...good, api: half }))).toBe('release.invalid');
    expect(await bench.live(application)).toEqual(before);
  });

  it('stops and starts versions that do not scale by themselves', async () => {
    const application = bench.newApplication();
    await bench.release(application, [
      bench.upload({ scaling: manual }),
      bench.upload({ module: 'api', scaling: basic }),
    ]);
    for (const module of ['default', 'api']) {
      const name = { application, module, version: 'uno' };
      expect(await bench.backend.versions.setServingStatus(name, 'stopped')).toMatchObject({
        kind: 'stop',
        state: 'done',
      });
      expect((await bench.version(application, module, 'uno')).servingStatus).toBe('stopped');
      expect(await bench.backend.versions.setServingStatus(name, 'serving')).toMatchObject({
        kind: 'start',
        state: 'done',
      });
      expect((await bench.version(application, module, 'uno')).servingStatus).toBe('serving');
    }
  });

  it('neither stops nor sets the instances of automatic scaling', async () => {
    const application = bench.newApplication();
    await bench.release(application, [bench.upload(), bench.upload({ module: 'api', scaling: basic })]);
    const name = { application, module: 'default', version: 'uno' };
    expect(await codeOf(bench.backend.versions.setServingStatus(name, 'stopped'))).toBe('version.automatic');
    expect(await codeOf(bench.backend.versions.setInstances(name, 3))).toBe('version.not-manual');
    expect(await codeOf(bench.backend.versions.setInstances({ ...name, module: 'api' }, 3))).toBe('version.not-manual');
    expect((await bench.version(application, 'default', 'uno')).servingStatus).toBe('serving');
  });

  it('sets the number of instances until the version is replaced', async () => {
    const application = bench.newApplication();
    await bench.release(application, [bench.upload({ scaling: manual })]);
    const name = { application, module: 'default', version: 'uno' };
    expect(await bench.backend.versions.setInstances(name, 3)).toMatchObject({ kind: 'scale', state: 'done' });
    const { deploymentId } = await bench.version(application, 'default', 'uno');
    expect(await bench.version(application, 'default', 'uno')).toMatchObject({ instancesOverride: 3, deploymentId });
    await bench.release(application, [bench.upload({ scaling: manual, content: 'new' })]);
    expect((await bench.version(application, 'default', 'uno')).instancesOverride).toBeUndefined();
  });

  it('deletes a version without traffic, and a module with its last version', async () => {
    const application = bench.newApplication();
    await bench.release(application, [
      bench.upload(),
      bench.upload({ version: 'dos' }),
      bench.upload({ module: 'api' }),
    ]);
    const remove = (module: string, version: string) => bench.backend.versions.delete({ application, module, version });
    expect(await codeOf(remove('default', 'uno'))).toBe('version.has-traffic');
    expect(await remove('default', 'dos')).toMatchObject({ kind: 'delete', state: 'done' });
    expect(await codeOf(remove('default', 'uno'))).toBe('version.last-of-default');
    await remove('api', 'uno');
    const { modules } = await bench.live(application);
    expect(modules.map(({ name, versions }) => [name, versions.map(({ id }) => id)])).toEqual([['default', ['uno']]]);
  });

  it('brings a deleted version back by a roll back of the release that followed', async () => {
    const application = bench.newApplication();
    await bench.release(application, [bench.upload(), bench.upload({ version: 'dos' })]);
    const { deploymentId } = await bench.version(application, 'default', 'dos');
    await bench.release(application, [bench.upload({ version: 'tres' })]);
    await bench.backend.versions.delete({ application, module: 'default', version: 'dos' });
    await bench.backend.releases.rollback(application, undefined);
    expect(await bench.version(application, 'default', 'dos')).toMatchObject({ deploymentId });
    const { modules } = await bench.live(application);
    expect(modules[0]?.versions.map(({ id }) => id).sort()).toEqual(['dos', 'uno']);
  });

  it('names what it does not know', async () => {
    const application = bench.newApplication();
    const { versions, traffic } = bench.backend;
    const name = { application, module: 'default', version: 'uno' };
    expect(await codeOf(versions.delete(name))).toBe('application.not-found');
    expect(await codeOf(traffic.set(application, { default: allTrafficTo('uno') }))).toBe('application.not-found');
    await bench.release(application, [bench.upload({ scaling: manual })]);
    expect(await codeOf(versions.setServingStatus({ ...name, module: 'nowhere' }, 'stopped'))).toBe('module.not-found');
    expect(await codeOf(versions.setInstances({ ...name, version: 'nowhere' }, 2))).toBe('version.not-found');
    expect(await codeOf(versions.delete({ ...name, version: 'nowhere' }))).toBe('version.not-found');
  });

  it('does a request once, however often it is asked', async () => {
    const application = bench.newApplication();
    await bench.release(application, [bench.upload({ scaling: manual })]);
    const name = { application, module: 'default', version: 'uno' };
    const requestId = `scale-${application}`;
    const first = await bench.backend.versions.setInstances(name, 3, { requestId });
    await bench.backend.versions.setInstances(name, 4);
    const again = await bench.backend.versions.setInstances(name, 3, { requestId });
    expect(again.id).toBe(first.id);
    expect(await bench.version(application, 'default', 'uno')).toMatchObject({ instancesOverride: 4 });
  });
}
