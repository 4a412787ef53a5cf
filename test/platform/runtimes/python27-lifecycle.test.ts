/** Start, output, shutdown notification and end of a first generation Python application. */
import { describe, expect, it } from 'vitest';
import { type FixtureOptions, launchFixture, scriptHandler, startFixture } from './fixture-app.ts';
import { pythons } from './pythons.ts';

const everything = (script: string) => [scriptHandler('/.*', script)];
const fromPlatform = { 'X-Appengine-User-IP': '0.1.0.3' };

describe.each(pythons)('python27 life under $name', ({ isMissing, environment }) => {
  const spec = (script: string, more: Partial<FixtureOptions['spec']> = {}) => ({
    environment,
    spec: { runtime: 'python27', handlers: everything(script), ...more },
  });
  const probe = () => startFixture({ app: 'python27-probe', ...spec('main.app') });

  it.skipIf(isMissing)('ties what is printed and logged to its request', async () => {
    const app = await probe();
    await Promise.all(
      ['a1', 'b2'].map((id) => app.ask(`/print?${id}`, { headers: { 'X-Appengine-Request-Log-Id': id } })),
    );
    await app.ask('/thread?t', { headers: { 'X-Appengine-Request-Log-Id': 'c3' } });
    await app.printed('in a thread');
    while (app.records().length < 11) await app.ask('/version');
    for (const id of ['a1', 'b2']) {
      const mine = app.records().filter((record) => record.requestId === id);
      expect(mine.map((record) => [record.level, record.message])).toEqual(
        expect.arrayContaining([
          ['info', `printed by ${id}`],
          ['info', 'unfinished'],
          ['warning', 'complaint'],
          ['debug', 'debugging'],
          ['error', 'café error'],
        ]),
      );
      expect(mine).toHaveLength(5);
    }
    expect(app.records().find((record) => record.message === 'in a thread')).toMatchObject({ requestId: 'c3' });
    expect(app.records().every((record) => Number.isInteger(record.timeMs))).toBe(true);
  });

  it.skipIf(isMissing)('shows a thread of a request that request', async () => {
    const app = await probe();
    expect(await app.json('/thread?mine')).toEqual(['mine']);
  });

  it.skipIf(isMissing)('answers the current module, version and instance', async () => {
    const app = await probe();
    expect(await app.json('/modules')).toEqual(['default', 'uno', '0']);
  });

  it.skipIf(isMissing)('V3 L7 5.2a runs the shutdown hook on /_ah/stop of the platform alone', async () => {
    const app = await probe();
    expect(await app.json('/register')).toEqual({
      refused: 'shutdown hook must be callable, got str',
      first: null,
      second: true,
      down: false,
    });
    expect((await app.ask('/_ah/stop')).status).toBe(404);
    expect(await app.json('/shutting-down')).toBe(false);
    expect((await app.ask('/_ah/stop', { headers: fromPlatform })).status).toBe(200);
    await app.printed('hook runs, shutting down: True');
    expect(await app.json('/shutting-down')).toBe(true);
    await app.ask('/_ah/stop', { headers: fromPlatform });
    expect(app.records().filter((record) => record.message.startsWith('hook runs'))).toHaveLength(1);
  });

  it.skipIf(isMissing)('L7 raises the exception of the hook in all running requests', async () => {
    const app = await probe();
    await app.ask('/register?raise');
    const busy = Promise.all([app.json('/busy'), app.json('/busy')]);
    await app.printed('busy');
    while (app.records().filter((record) => record.message === 'busy').length < 2) await app.ask('/version');
    expect((await app.ask('/_ah/stop', { headers: fromPlatform })).status).toBe(200);
    expect(await busy).toEqual(['caught: from the hook', 'caught: from the hook']);
  });

  it.skipIf(isMissing)('3.2f interrupts a request shortly before its deadline', async () => {
    const app = await probe();
    const late = await app.json('/deadline', { headers: { 'X-Appengine-Timeout-Ms': '300' } });
    expect(late).toBe('DeadlineExceededError of google.appengine.runtime');
    const uncaught = await app.ask('/deadline?uncaught', { headers: { 'X-Appengine-Timeout-Ms': '300' } });
    expect(uncaught.status).toBe(500);
    await app.printed('DeadlineExceededError: The overall deadline');
    const inTime = { headers: { 'X-Appengine-Timeout-Ms': '60000' } };
    expect((await app.ask('/version', inTime)).status).toBe(200);
  });

  it.skipIf(isMissing)('logs the exception of the hook when nothing runs', async () => {
    const app = await probe();
    await app.ask('/register?raise');
    expect((await app.ask('/_ah/stop', { headers: fromPlatform })).status).toBe(500);
    await app.printed('RuntimeError: from the hook');
  });

  it.skipIf(isMissing)('finishes running requests on SIGTERM and ends with code 0', async () => {
    const app = await probe();
    const running = app.json('/slow');
    await app.printed('slow begins');
    app.signal('SIGTERM');
    expect(await running).toBe('finished');
    expect(await app.exit).toBe(0);
    await expect(app.ask('/version')).rejects.toThrow(/ECONNREFUSED/);
  });

  it.skipIf(isMissing)('ends with the traceback when the application cannot be imported', async () => {
    const app = await launchFixture({ app: 'python27-import-error', ...spec('main.app') });
    expect(await app.exit).toBe(1);
    const text = app.lines.map((entry) => entry.line).join('\n');
    expect(text).toContain('ValueError: the database is missing');
    expect(text).toContain('main.py');
    expect(text).not.toContain('appcfg_launcher');
    expect(app.records()).toMatchObject([{ message: 'before the mistake' }]);
  });

  it.skipIf(isMissing).each([
    ['main.app', 'app.yaml lists the library webapp2, which this platform does not bring'],
    ['clearsilver.app', 'App Engine brought the library clearsilver'],
    ['ndb.app', 'google.appengine.ext.ndb is not part of the google.appengine package'],
    ['mail.app', 'google.appengine.api.mail is not part of the google.appengine package'],
    ['absent.app', 'absent'],
  ])('explains why %s can not be imported', async (script, explanation) => {
    const libraries = [{ name: 'webapp2', version: 'latest' }];
    const app = await launchFixture({ app: 'python27-missing-library', ...spec(script, { libraries }) });
    expect(await app.exit).toBe(1);
    expect(app.lines.map((entry) => entry.line).join('\n')).toContain(explanation);
  });

  it.skipIf(isMissing)('says which attribute a script lacks', async () => {
    const app = await launchFixture({ app: 'python27-probe', ...spec('main.nothing') });
    expect(await app.exit).toBe(1);
    expect(app.lines).toContainEqual({
      stream: 'stderr',
      line: expect.stringContaining('has no WSGI application named nothing'),
    });
  });

  it.skipIf(isMissing)('imports appengine_config first: vendored packages and middleware work', async () => {
    const app = await startFixture({ app: 'python27-vendored', ...spec('main.app') });
    expect((await app.ask('/')).body).toBe('vendored seen');
  });

  it.skipIf(isMissing)('adds google.appengine to an application that has a google package of its own', async () => {
    const app = await startFixture({ app: 'python27-own-google', ...spec('main.app') });
    expect((await app.ask('/')).body).toBe('own google.cloud in default');
  });

  it.skipIf(isMissing)('4f 4w runs CGI scripts, one process for all, without threadsafe', async () => {
    const handlers = [scriptHandler('/(form)', '\\1.py'), scriptHandler('/plain', 'form.py')];
    const app = await startFixture({ app: 'python27-cgi', ...spec('', { handlers, isThreadsafe: false }) });
    expect((await app.ask('/form', { method: 'POST', body: 'a=1' })).body).toBe('__main__ POST a=1\n');
    expect((await app.ask('/plain?status')).status).toBe(418);
    const failed = await app.ask('/plain?fail');
    expect(failed.status).toBe(500);
    expect(failed.body).not.toContain('cgi secret');
    expect(app.records().map((record) => record.message)).toContain('visited /form');
  });

  it.skipIf(isMissing)('4f refuses CGI scripts with threadsafe, before it listens', async () => {
    const app = await launchFixture({ app: 'python27-cgi', ...spec('form.py') });
    expect(await app.exit).toBe(1);
    expect(app.lines.map((entry) => entry.line).join('\n')).toContain('only with threadsafe: false');
  });

  it.skipIf(isMissing)('serves the documented sample', async () => {
    const app = await startFixture({
      app: '../../../examples/simple-sample',
      module: 'my-module',
      ...spec('main.app'),
    });
    expect((await app.ask('/')).body).toBe('module=my-module version=uno instance=0\n');
    expect((await app.ask('/_ah/start')).status).toBe(200);
  });
});
