/** The contract of the optional roles: absent ones are absent properties, present ones work. */
import { expect, it } from 'vitest';
import type { OptionalRole } from '../../src/backend/backend.ts';
import { requireRole } from '../../src/backend/require-role.ts';
import type { LogRecord } from '../../src/model/log.ts';
import type { Settings } from '../../src/model/settings.ts';
import { type ContractBench, type ContractOptions, codeOf } from './contract-bench.ts';

export const allRoles: readonly OptionalRole[] = [
  'settings',
  'instances',
  'logs',
  'source',
  'cron',
  'queues',
  'lock',
  'pins',
  'usage',
  'secrets',
  'monitoring',
  'console',
  'webhooks',
];

export function rolesContract(bench: ContractBench, { roles, partly = [] }: ContractOptions): void {
  /** Roles that the backend does without are no tests of it. */
  function testRole(role: OptionalRole, title: string, test: () => Promise<void>): void {
    if (roles.includes(role)) it(title, test);
  }

  it('has the roles it declares and no others', () => {
    expect(allRoles.filter((role) => bench.backend[role] !== undefined)).toEqual(
      allRoles.filter((role) => roles.includes(role) || partly.includes(role)),
    );
  });

  testRole('lock', 'keeps others from every change until it is let go of, and nothing else', async () => {
    const application = bench.newApplication();
    const lock = requireRole(bench.backend, 'lock');
    const wish = { reason: 'moving house', ttlMs: 60_000, isRenewed: false };
    expect(await codeOf(lock.acquire(application, wish))).toBe('application.not-found');
    await bench.release(application, [bench.upload({ scaling: { type: 'manual', instances: 1 } })]);
    const before = await bench.live(application);
    expect(before).not.toHaveProperty('lock');
    const held = await lock.acquire(application, wish);
    expect(held).toMatchObject({ reason: 'moving house', isRenewed: false });
    expect(Date.parse(held.expiresAt) - Date.parse(held.since)).toBeGreaterThan(50_000);
    expect((await bench.live(application)).lock).toMatchObject({ id: held.id, holder: held.holder });
    expect(await codeOf(lock.acquire(application, wish))).toBe('application.locked');
    expect(await codeOf(bench.release(application, [bench.upload({ content: 'new' })]))).toBe('application.locked');
    const name = { application, module: 'default', version: 'uno' };
    expect(await codeOf(bench.backend.versions.setInstances(name, 2))).toBe('application.locked');
    expect(await codeOf(bench.backend.releases.rollback(application, undefined))).toBe('application.locked');
    expect(await codeOf(lock.release(application, 'another'))).toBe('lock.lost');
    expect(await codeOf(lock.renew(application, 'another'))).toBe('lock.lost');
    expect(await lock.renew(application, held.id)).toMatchObject({ id: held.id, since: held.since });
    await lock.release(application, held.id);
    expect(await codeOf(lock.release(application, held.id))).toBe('lock.lost');
    expect(await bench.live(application)).toEqual(before);
    await bench.backend.versions.setInstances(name, 2);
  });

  testRole('pins', 'pins a release, says so, and deletes no version that it has until it is let go of', async () => {
    const application = bench.newApplication();
    const pins = requireRole(bench.backend, 'pins');
    expect(await codeOf(pins.pin(application, 'r1'))).toBe('application.not-found');
    await bench.release(application, [bench.upload(), bench.upload({ module: 'api' })]);
    const [first] = await bench.backend.releases.list(application);
    await bench.release(application, [bench.upload({ content: 'new' })]);
    const id = first?.id ?? '';
    expect(await codeOf(pins.pin(application, 'r999'))).toBe('release.not-found');
    expect(await pins.pin(application, id)).toMatchObject({ id, pin: { by: expect.any(String) } });
    const { pin } = await pins.pin(application, id, { reason: 'seen by auditors' });
    expect(pin).toMatchObject({ reason: 'seen by auditors' });
    expect(Number.isNaN(Date.parse(pin?.at ?? ''))).toBe(false);
    const listed = async () => (await bench.backend.releases.list(application)).map((release) => release.pin);
    expect(await listed()).toEqual([undefined, pin]);
    const name = { application, module: 'api', version: 'uno' };
    expect(await codeOf(bench.backend.versions.delete(name))).toBe('version.pinned');
    expect((await bench.live(application)).modules).toHaveLength(2);
    expect(await pins.unpin(application, id)).not.toHaveProperty('pin');
    expect(await pins.unpin(application, id)).not.toHaveProperty('pin');
    expect(await listed()).toEqual([undefined, undefined]);
    await bench.backend.versions.delete(name);
    expect((await bench.live(application)).modules).toHaveLength(1);
  });

  testRole('settings', 'replaces each kind of settings as a whole', async () => {
    const application = bench.newApplication();
    const { replace } = requireRole(bench.backend, 'settings');
    expect(await codeOf(replace(application, 'dos', []))).toBe('application.not-found');
    await bench.release(application, [bench.upload()]);
    const settings: Settings = {
      dispatch: [{ url: '*/a/*', module: 'default' }],
      cron: [{ url: '/tick', schedule: 'every 24 hours', timezone: 'UTC', description: '' }],
      queues: { queues: [{ name: 'mail', mode: 'push', ratePerSecond: 1 }] },
      indexes: [
        { kind: 'Book', ancestor: false, properties: [{ name: 'title' }, { name: 'year', direction: 'desc' }] },
      ],
      dos: [{ subnet: '192.0.2.1', description: 'example' }],
    };
    await replace(application, 'dispatch', settings.dispatch);
    await replace(application, 'cron', settings.cron);
    await replace(application, 'queues', settings.queues);
    await replace(application, 'indexes', settings.indexes);
    await replace(application, 'dos', settings.dos);
    expect((await bench.live(application)).settings).toEqual(settings);
    await replace(application, 'cron', []);
    expect((await bench.live(application)).settings).toEqual({ ...settings, cron: [] });
    const stray = replace(application, 'dispatch', [{ url: '*/b', module: 'nowhere' }]);
    expect(await codeOf(stray)).toBe('deploy.dispatch-target-missing');
    expect((await bench.live(application)).settings.dispatch).toEqual(settings.dispatch);
  });

  testRole('secrets', 'keeps names and versions of secrets, deploys anew with them, and rolls them back', async () => {
    const application = bench.newApplication();
    const { list, change } = requireRole(bench.backend, 'secrets');
    const set = (values: Readonly<Record<string, string>>, isStaged = false) =>
      change(application, { set: values, unset: [], isStaged });
    const versions = async () => (await list(application)).map(({ name, version }) => `${name} ${version}`);
    expect(await list(application)).toEqual([]);
    await set({ TOKEN: 'one', KEY: 'x' });
    expect(await versions()).toEqual(['KEY 1', 'TOKEN 1']);
    await bench.release(application, [bench.upload()]);
    const first = await bench.version(application, 'default', 'uno');
    const operation = await set({ TOKEN: 'two' });
    expect(operation).toMatchObject({ kind: 'secrets', state: 'done', release: 'r2' });
    expect(await versions()).toEqual(['KEY 1', 'TOKEN 2']);
    const second = await bench.version(application, 'default', 'uno');
    expect(second.deploymentId).not.toBe(first.deploymentId);
    await set({ KEY: 'y' }, true);
    expect((await bench.version(application, 'default', 'uno')).deploymentId).toBe(second.deploymentId);
    await bench.backend.releases.rollback(application, 'r1');
    expect((await bench.version(application, 'default', 'uno')).deploymentId).toBe(first.deploymentId);
    expect(await versions()).toEqual(['KEY 1', 'TOKEN 1']);
    await change(application, { set: {}, unset: ['TOKEN'], isStaged: true });
    expect(await versions()).toEqual(['KEY 1']);
    expect(await codeOf(change(application, { set: {}, unset: ['TOKEN'], isStaged: false }))).toBe('secret.not-found');
    expect(await codeOf(set({ GAE_ENV: 'x' }))).toBe('secret.invalid');
    expect(await codeOf(set({ A: 'x\0' }))).toBe('secret.invalid');
    expect(JSON.stringify(await bench.backend.operations.list(application))).not.toContain('two');
  });

  testRole('instances', 'lists instances and does not know those that are not there', async () => {
    const application = bench.newApplication();
    const { list, stop } = requireRole(bench.backend, 'instances');
    await bench.release(application, [bench.upload()]);
    const instances = await list(application);
    expect(instances.every((instance) => instance.application === application)).toBe(true);
    const name = { application, module: 'default', version: 'uno' };
    expect(await codeOf(stop(name, 'no-such-instance'))).toBe('instance.not-found');
    expect(await codeOf(stop({ ...name, version: 'nowhere' }, '0'))).toBe('version.not-found');
  });

  it.skipIf(!roles.includes('logs'))(
    'answers logs in order of time, and follows them until it is told to end',
    async () => {
      const application = bench.newApplication();
      const { query, follow } = requireRole(bench.backend, 'logs');
      await bench.release(application, [bench.upload()]);
      const records = await query({ application });
      expect(records.map(({ timeMs }) => timeMs)).toEqual(records.map(({ timeMs }) => timeMs).sort((a, b) => a - b));
      expect(records.every((record) => record.application === application)).toBe(true);
      const ending = new AbortController();
      const followed: LogRecord[] = [];
      const reading = (async () => {
        for await (const record of follow({ application: bench.newApplication() }, { signal: ending.signal }))
          followed.push(record);
      })();
      ending.abort();
      await reading;
      expect(followed).toEqual([]);
    },
  );

  testRole('monitoring', 'measures nothing where nothing was asked', async () => {
    const application = bench.newApplication();
    const { recentTraffic } = requireRole(bench.backend, 'monitoring');
    expect(await codeOf(recentTraffic(application))).toBe('application.not-found');
    await bench.release(application, [bench.upload()]);
    expect(await recentTraffic(application, { windowMs: 10_000 })).toEqual({ windowMs: 10_000, versions: [] });
  });

  testRole('console', 'answers an address with a code of its own each time', async () => {
    const { open } = requireRole(bench.backend, 'console');
    const [one, other] = await Promise.all([open(), open()]);
    expect(one.url).toMatch(/^http.*\/console\/#code=[\w-]{32}$/);
    expect(one.url).not.toBe(other.url);
  });

  testRole('source', 'gives back the files of a version as they were sent', async () => {
    const application = bench.newApplication();
    const { list, read } = requireRole(bench.backend, 'source');
    const upload = bench.upload({ files: { 'www/é.txt': 'accent', 'www/index.html': 'hello' } });
    await bench.release(application, [upload]);
    const name = { application, module: 'default', version: 'uno' };
    const files = await list(name);
    expect([...files].sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual(
      upload.manifest.files.map(({ path, size, digest }) => ({ path, size, digest })),
    );
    expect(Buffer.from(await read(name, 'www/é.txt')).toString()).toBe('accent');
    expect(await codeOf(read(name, 'www/nothing.html'))).toBe('file.not-found');
    expect(await codeOf(list({ ...name, version: 'nowhere' }))).toBe('version.not-found');
  });

  testRole('cron', 'shows when cron jobs run, and runs one when it is asked to', async () => {
    const application = bench.newApplication();
    const { list, run } = requireRole(bench.backend, 'cron');
    expect(await codeOf(list(application))).toBe('application.not-found');
    await bench.release(application, [bench.upload()]);
    expect(await list(application)).toEqual([]);
    const job = { url: '/index.html', schedule: 'every 24 hours', timezone: 'UTC', description: 'a page' };
    await requireRole(bench.backend, 'settings').replace(application, 'cron', [job]);
    const [{ upcoming = [], ...before } = { upcoming: [] }] = await list(application);
    if (bench.backend.name === 'platform') expect(upcoming).toHaveLength(5);
    expect(before).toEqual({
      ...job,
      state: 'waiting',
      nextAt: expect.stringMatching(/:00\.000Z$/),
      failedAttempts: 0,
    });
    expect(await run(application, job.url)).toMatchObject({ url: job.url, status: 200 });
    expect((await list(application))[0]).toMatchObject({ lastStatus: 200, lastAt: expect.stringMatching(/Z$/) });
    expect(await codeOf(run(application, '/other'))).toBe('cron.not-found');
  });

  testRole('queues', 'keeps tasks, each name once, until they run or are purged', async () => {
    const application = bench.newApplication();
    const queues = requireRole(bench.backend, 'queues');
    expect(await codeOf(queues.list(application))).toBe('application.not-found');
    await bench.release(application, [bench.upload()]);
    const settings = { queues: [{ name: 'held', mode: 'push', ratePerSecond: 1 } as const] };
    await requireRole(bench.backend, 'settings').replace(application, 'queues', settings);
    expect((await queues.list(application)).map(({ name, state }) => [name, state])).toEqual([
      ['default', 'running'],
      ['held', 'running'],
    ]);
    expect(await queues.change(application, 'held', 'pause')).toBe(0);
    const task = { name: 'one', url: '/index.html', method: 'GET', delayMs: 3_600_000 } as const;
    expect(await queues.add(application, 'held', [task, { payload: Buffer.from('x') }])).toEqual([
      { outcome: 'added', name: 'one' },
      { outcome: 'added', name: expect.stringMatching(/^[\w-]+$/) },
    ]);
    expect(await queues.add(application, 'held', [task])).toEqual([{ outcome: 'exists', name: 'one' }]);
    expect((await queues.list(application))[1]).toMatchObject({ tasks: 2, state: 'paused', pausedBy: 'hand' });
    const tasks = await queues.tasks(application, 'held');
    expect(tasks.map(({ name, method, state }) => [name === 'one', method, state])).toEqual([
      [false, 'POST', 'waiting'],
      [true, 'GET', 'waiting'],
    ]);
    expect(await queues.tasks(application, 'held', { limit: 1 })).toEqual(tasks.slice(0, 1));
    expect(await queues.runTask(application, 'held', 'one')).toMatchObject({ status: 200, outcome: 'done' });
    expect(await queues.add(application, 'held', [task])).toEqual([{ outcome: 'name-used', name: 'one' }]);
    expect(await queues.change(application, 'held', 'purge')).toBe(1);
    await queues.change(application, 'held', 'resume');
    expect((await queues.list(application))[1]).toMatchObject({ tasks: 0, state: 'running' });
  });

  testRole('usage', 'keeps the profile of an application, and its limits', async () => {
    const application = bench.newApplication();
    const { setProfile } = requireRole(bench.backend, 'usage');
    expect(await codeOf(setProfile(application, 'free'))).toBe('application.not-found');
    const modules = ['default', ...Array.from({ length: 5 }, (_, index) => `m${index}`)];
    await bench.release(
      application,
      modules.map((module) => bench.upload({ module })),
    );
    expect((await bench.live(application)).profile).toBe('paid-us');
    const over = { what: 'modules', current: 6, count: 6, limit: 5 };
    expect(await setProfile(application, 'free')).toEqual([over]);
    expect((await bench.live(application)).profile).toBe('free');
    expect(await codeOf(bench.release(application, [bench.upload({ module: 'm5' })]))).toBe('release.limit');
    await bench.release(application, [bench.upload({ module: 'm4', content: 'what is there may be replaced' })]);
    const many = bench.upload({ module: 'm4', version: 'many', scaling: { type: 'manual', instances: 21 } });
    expect(await codeOf(bench.release(application, [many]))).toBe('release.limit');
    await bench.backend.versions.delete({ application, module: 'm0', version: 'uno' });
    expect(await codeOf(bench.backend.releases.rollback(application, 'r1'))).toBe('release.limit');
    expect(await setProfile(application, 'paid-eu')).toEqual([]);
    await bench.release(application, [many, bench.upload({ module: 'm5' })]);
    const name = { application, module: 'm4', version: 'many' };
    expect(await codeOf(bench.backend.versions.setInstances(name, 26))).toBe('release.limit');
    await bench.backend.versions.setInstances(name, 25);
    const jobs = Array.from({ length: 251 }, (_, index) => ({
      ...{ url: `/${index}`, schedule: 'every 24 hours', timezone: 'UTC', description: '' },
    }));
    expect(await codeOf(requireRole(bench.backend, 'settings').replace(application, 'cron', jobs))).toBe(
      'release.limit',
    );
  });

  testRole('usage', 'reports what was used by day', async () => {
    const application = bench.newApplication();
    const { report } = requireRole(bench.backend, 'usage');
    expect(await codeOf(report(application, {}))).toBe('application.not-found');
    await bench.release(application, [bench.upload()]);
    const day = /^\d{4}-\d\d-\d\d$/;
    const answer = await report(application, { days: 31 });
    expect(answer).toMatchObject({
      application,
      profile: 'paid-us',
      today: expect.stringMatching(day),
      prices: { frontendHour: 0.05, freeFrontendHours: 28, freeBackendHours: 8 },
    });
    expect(answer.days.every(({ day: text }) => day.test(text))).toBe(true);
    expect(await report(application, { since: answer.today })).toMatchObject({ application });
  });

  testRole('queues', 'says what is wrong with tasks and queues', async () => {
    const application = bench.newApplication();
    const { add, change, runTask, tasks } = requireRole(bench.backend, 'queues');
    await bench.release(application, [bench.upload()]);
    const settings = {
      queues: [
        { name: 'still', mode: 'push', ratePerSecond: 0 },
        { name: 'pull', mode: 'pull' },
      ] as const,
    };
    await requireRole(bench.backend, 'settings').replace(application, 'queues', settings);
    expect(await codeOf(add(application, 'nowhere', [{}]))).toBe('queue.not-found');
    expect(await codeOf(tasks(application, 'nowhere'))).toBe('queue.not-found');
    expect(await codeOf(add(application, 'still', [{}, { name: 'a b' }]))).toBe('task.invalid');
    expect(await codeOf(add(application, 'still', [{ mode: 'pull' }]))).toBe('queue.wrong-mode');
    expect(
      await codeOf(
        add(
          application,
          'still',
          Array.from({ length: 101 }, () => ({})),
        ),
      ),
    ).toBe('task.too-many');
    expect(await tasks(application, 'still')).toEqual([]);
    expect(await codeOf(change(application, 'still', 'resume'))).toBe('queue.rate-zero');
    expect(await codeOf(runTask(application, 'still', 'none'))).toBe('task.not-found');
    expect(await codeOf(runTask(application, 'pull', 'none'))).toBe('queue.wrong-mode');
  });
}
