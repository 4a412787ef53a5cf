import { describe, expect, it } from 'vitest';
import { replaceSettings } from '../../../src/operate/replace-settings.ts';
import { deleteIndexes, findUnusedIndexes } from '../../../src/operate/vacuum-indexes.ts';
import { sampleModule } from '../deploy/sample.ts';
import { failureOf, fakeLoader, shop } from './sample.ts';

const index = (kind: string) => ({
  kind,
  ancestor: false,
  properties: [{ name: 'a' }, { name: 'b', direction: 'desc' as const }],
});
const job = (schedule: string) => ({ url: '/tick', schedule, timezone: 'UTC', description: '' });
const at = { workingDirectory: '/src', isDryRun: false };

describe('replacing settings', () => {
  it('puts what the file says in place of what was there', async () => {
    const { context, backend } = await shop();
    const request = {
      ...at,
      kind: 'cron',
      path: 'conf/cron.yaml',
      load: fakeLoader({ 'conf/cron.yaml': { application: 'shop', settings: { cron: [job('every 2 hours')] } } }),
    } as const;
    expect(await replaceSettings(context, { ...request, isDryRun: true })).toEqual({
      application: 'shop',
      outcome: 'planned',
      plan: ['cron: create /tick (every 2 hours, UTC)'],
    });
    expect((await backend.describe('shop'))?.settings.cron).toEqual([]);
    expect(await replaceSettings(context, request)).toMatchObject({ outcome: 'done' });
    expect((await backend.describe('shop'))?.settings.cron).toEqual([job('every 2 hours')]);
    expect(await replaceSettings(context, request)).toMatchObject({ outcome: 'unchanged' });
    const empty = fakeLoader({ 'conf/cron.yaml': { application: 'shop', settings: { cron: [] } } });
    expect((await replaceSettings(context, { ...request, load: empty }))?.plan).toEqual([
      'cron: delete /tick (every 2 hours, UTC)',
    ]);
  });

  it('takes the application from the flag, the file, the app.yaml beside it, or what there is', async () => {
    const { context } = await shop();
    const dos = { settings: { dos: [{ subnet: '192.0.2.1' }] } };
    const load = fakeLoader({ 'conf/dos.yaml': dos, '.': { application: 'beside' } });
    const request = { ...at, kind: 'dos', path: 'conf/dos.yaml', load } as const;
    expect(await failureOf(replaceSettings(context, request))).toMatchObject({
      code: 'application.not-found',
      details: { application: 'beside' },
    });
    expect(load.queries.at(-1)).toMatchObject({ paths: ['.'], workingDirectory: '/src/conf' });
    expect(await replaceSettings(context, { ...request, application: 'shop' })).toMatchObject({ outcome: 'done' });
    expect(await replaceSettings(context, { ...request, load: fakeLoader({ 'conf/dos.yaml': dos }) })).toMatchObject({
      application: 'shop',
      outcome: 'unchanged',
    });
  });

  it('only adds indexes', async () => {
    const { context, backend, deploy } = await shop();
    await deploy([sampleModule('api', { version: 'v1' })], { settings: { indexes: [index('A')] } });
    const load = fakeLoader({ 'index.yaml': { settings: { indexes: [index('B')] } } });
    expect((await replaceSettings(context, { ...at, kind: 'indexes', path: 'index.yaml', load }))?.plan).toEqual([
      'indexes: create B (a, b desc)',
    ]);
    expect((await backend.describe('shop'))?.settings.indexes.map(({ kind }) => kind)).toEqual(['A', 'B']);
  });

  it('refuses a dispatch rule to a module that is not there, also in a dry run', async () => {
    const { context } = await shop();
    const load = fakeLoader({ 'dispatch.yaml': { settings: { dispatch: [{ url: '*/x', module: 'nope' }] } } });
    const request = { ...at, isDryRun: true, kind: 'dispatch', path: 'dispatch.yaml', load } as const;
    expect(await failureOf(replaceSettings(context, request))).toMatchObject({
      code: 'deploy.dispatch-target-missing',
    });
  });

  it('tells a directory without the file from one that is not there, and from another file', async () => {
    const { context } = await shop();
    const request = { ...at, kind: 'queues', load: fakeLoader({}) } as const;
    const here = { ...request, workingDirectory: import.meta.dirname };
    expect(await replaceSettings(context, { ...here, path: '.' })).toBeUndefined();
    expect(await failureOf(replaceSettings(context, here))).toMatchObject({
      code: 'settings.no-file',
      message: 'There is no queue.yaml in the current directory; nothing was changed.',
    });
    for (const [path, code] of [
      ['nowhere', 'settings.no-directory'],
      ['settings.test.ts', 'settings.no-directory'],
      ['cron.yaml', 'settings.other-file'],
    ] as const) {
      expect(await failureOf(replaceSettings(context, { ...here, path }))).toMatchObject({ code, exitCode: 2 });
    }
  });
});

describe('vacuuming indexes', () => {
  it('finds those that the file no longer names, and deletes the chosen ones', async () => {
    const { context, backend, deploy } = await shop();
    await deploy([sampleModule('api', { version: 'v1' })], {
      settings: { indexes: [index('A'), index('B'), index('C')] },
    });
    const load = fakeLoader({ 'index.yaml': { settings: { indexes: [index('B')] } } });
    const { application, unused } = await findUnusedIndexes(context, {
      workingDirectory: '/src',
      path: 'index.yaml',
      load,
    });
    expect(unused.map(({ label }) => label)).toEqual(['A (a, b desc)', 'C (a, b desc)']);
    const request = { application, indexes: [index('C'), index('gone')], isDryRun: false };
    expect(await deleteIndexes(context, { ...request, isDryRun: true })).toMatchObject({
      outcome: 'planned',
      plan: ['indexes: delete C (a, b desc)'],
    });
    expect(await deleteIndexes(context, request)).toMatchObject({ outcome: 'done' });
    expect((await backend.describe('shop'))?.settings.indexes.map(({ kind }) => kind)).toEqual(['A', 'B']);
    expect(await deleteIndexes(context, request)).toMatchObject({ outcome: 'unchanged' });
  });
});
