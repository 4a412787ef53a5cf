/** Clients that are interrupted or killed: the next run of the same command goes on with the same deploy. */
import { describe, expect, it } from 'vitest';
import type { ReleaseRequest } from '../../src/model/release.ts';
import { allTrafficTo } from '../../src/model/traffic.ts';
import type { SampleUpload } from '../contract/contract-bench.ts';
import { failureOf, googleRig, watched } from './rig.ts';

const rig = googleRig();
const { bench } = rig;

async function prepared() {
  const application = bench.newApplication();
  await bench.release(application, [bench.upload(), bench.upload({ module: 'api' })]);
  const uploads = [bench.upload({ version: 'dos' }), bench.upload({ module: 'api', version: 'dos' })];
  await bench.backend.files.put(
    application,
    uploads.flatMap(({ blobs }) => blobs),
  );
  const basedOn = (await bench.live(application)).currentRelease ?? '';
  return { application, uploads, basedOn };
}

let requests = 0;
function requestOf({
  application,
  uploads,
  basedOn,
}: {
  application: string;
  uploads: readonly SampleUpload[];
  basedOn: string;
}): ReleaseRequest {
  requests += 1;
  return {
    application,
    requestId: `resume-${requests}-${application}`,
    uploads: uploads.map(({ blobs: _blobs, ...upload }) => upload),
    traffic: { default: allTrafficTo('dos'), api: allTrafficTo('dos') },
    settings: {},
    stop: [],
    basedOn,
    createdBy: 'contract',
  };
}

/** Until Google works on both versions, and the journal says so. */
async function begun(application: string): Promise<void> {
  const { fake } = rig.google;
  const journal = () =>
    fake.storage.buckets.get(`staging.${application}.appspot.com`)?.get('appcfg/journal.json')?.bytes.toString() ?? '';
  await expect.poll(() => journal().match(/"create (default|api):dos":"apps/g)?.length ?? 0, { timeout: 5000 }).toBe(2);
}

function creationsOf(application: string): number {
  const { operations } = rig.google.fake;
  return operations.of(application).filter(({ metadata }) => metadata.target.endsWith('/versions/dos')).length;
}

describe('an interrupted deploy', () => {
  it('goes on with the same command: nothing is created twice, and it is one release', async () => {
    const { fake } = rig.google;
    const facts = await prepared();
    fake.operations.latencyMs = (method) => (method === 'Versions.CreateVersion' ? 400 : 0);
    const ending = new AbortController();
    const first = bench.backend.releases.commit(requestOf(facts), { signal: ending.signal });
    first.catch(() => {});
    await begun(facts.application);
    ending.abort(new Error('Ctrl-C'));
    await expect(first).rejects.toThrow('Ctrl-C');
    const [left] = await bench.backend.operations.list(facts.application);
    expect(left).toMatchObject({ state: 'pending', kind: 'release' });
    const again = await bench.backend.releases.commit(requestOf(facts));
    expect(again.id).toBe(left?.id);
    expect(creationsOf(facts.application)).toBe(2);
    expect((await bench.live(facts.application)).modules.map(({ traffic }) => traffic.allocations)).toEqual([
      { dos: 1 },
      { dos: 1 },
    ]);
    expect(await bench.backend.releases.list(facts.application)).toHaveLength(2);
  });

  it('is brought to its end by who waits for its operation', async () => {
    const { fake, open } = rig.google;
    const facts = await prepared();
    fake.operations.latencyMs = () => 200;
    const ending = new AbortController();
    const first = bench.backend.releases.commit(requestOf(facts), { signal: ending.signal });
    first.catch(() => {});
    await begun(facts.application);
    ending.abort(new Error('Ctrl-C'));
    await expect(first).rejects.toThrow();
    const [left] = await bench.backend.operations.list(facts.application);
    const done = await open().operations.wait(facts.application, left?.id ?? '');
    expect(done).toMatchObject({ id: left?.id, state: 'done' });
    expect((await bench.live(facts.application)).modules[0]?.traffic.allocations).toEqual({ dos: 1 });
  });
});

describe('a killed client', () => {
  /** One whose process is no more: its worker is in the journal and shows no sign. */
  const killed = async (facts: Awaited<ReturnType<typeof prepared>>) => {
    const { fake, open } = rig.google;
    const dead = open({ host: 'here', pid: 4242, isRunning: () => true });
    fake.operations.latencyMs = () => 300;
    const lost = dead.releases.commit(requestOf(facts));
    lost.catch(() => {});
    await begun(facts.application);
    // Nothing of it arrives any more: to Google it is as if its machine were gone.
    await dead.close();
    await lost.catch(() => {});
    return open({ host: 'here', pid: 4243, isRunning: (pid) => pid !== 4242 });
  };

  it('leaves a deploy that the same command goes on with at once', async () => {
    const facts = await prepared();
    const next = await killed(facts);
    const done = await next.releases.commit(requestOf(facts));
    expect(done.state).toBe('done');
    expect(creationsOf(facts.application)).toBe(2);
    expect(await bench.backend.releases.list(facts.application)).toHaveLength(2);
  });

  it('makes room for another change, and its own is recorded as given up', async () => {
    const facts = await prepared();
    const next = await killed(facts);
    const watch = watched();
    await next.traffic.set(facts.application, { default: { shardBy: 'cookie', allocations: { uno: 1 } } }, watch);
    const operations = await bench.backend.operations.list(facts.application);
    expect(operations.map(({ kind, state, error }) => [kind, state, error?.code]).slice(0, 2)).toEqual([
      ['traffic', 'done', undefined],
      ['release', 'failed', 'google.abandoned'],
    ]);
    expect(await failureOf(bench.backend.operations.wait(facts.application, operations[1]?.id ?? ''))).toMatchObject({
      hints: [expect.stringContaining('default:dos')],
    });
  });
});
