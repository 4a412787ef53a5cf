/** Background threads (S3 "Background threads"; facts 3.5), and what an instance uses (5.2). */
import { beforeAll, describe, expect, it } from 'vitest';
import { pythons } from '../runtimes/pythons.ts';
import { apiPlatform } from './api-platform.ts';
import { automatic, basic, consoleModule, manual, run, value } from './console.ts';

describe.each(pythons)('background threads under $name', ({ isMissing, environment }) => {
  const platform = apiPlatform(environment);
  const application = 'threads';
  const code = (text: string) =>
    `from google.appengine.api import background_thread\nimport os, threading, time\n${text}`;

  beforeAll(async () => {
    if (isMissing) return;
    await platform.deploy(application, [
      consoleModule('default', automatic),
      consoleModule('backend', manual()),
      consoleModule('lazy', { ...basic, isThreadsafe: false }),
    ]);
  });

  it.skipIf(isMissing)('3.5e outlive their request, with an environment and a log entry of their own', async () => {
    const ident = await value<number>(
      platform,
      application,
      code(`
os.environ['OF_THE_REQUEST'] = 'yes'
def work(first, second, **more):
    kept['seen'] = [first, second, more, os.environ.get('OF_THE_REQUEST'), os.environ['PATH_INFO'], os.environ['REMOTE_ADDR']]
    kept['ident'] = threading.current_thread().ident
    kept['go'].wait(30)
    from google.appengine.api import modules
    print('worked in the background')
    kept['module'] = modules.get_modules()
    kept['done'].set()
kept['go'], kept['done'] = threading.Event(), threading.Event()
result = background_thread.start_new_background_thread(work, ['foo', 'bar'], {'baz': 1})`),
      'backend',
    );
    const after = await value(
      platform,
      application,
      `kept['go'].set(); kept['done'].wait(30); result = [kept['ident'], kept['seen'], kept['module']]`,
      'backend',
    );
    expect(after).toEqual([
      ident,
      ['foo', 'bar', { baz: 1 }, null, '/_ah/background', '0.1.0.3'],
      ['default', 'backend', 'lazy'],
    ]);
    const entry = await expectEntry('/_ah/background');
    const lines = await platform.logs(application, { requestId: entry, kind: 'app' });
    expect(lines).toMatchObject([{ message: 'worked in the background', module: 'backend', instance: '0' }]);
  });

  it.skipIf(isMissing)('3.5e of class BackgroundThread are threads', async () => {
    const result = await value(
      platform,
      application,
      code(`
seen = []
def f(arg1, arg2, **kwargs):
    seen.extend([arg1, arg2, kwargs, threading.current_thread() is t, t.is_alive()])
t = background_thread.BackgroundThread(target=f, args=['foo', 'bar'], kwargs={'more': 2})
t.start()
t.join(30)
result = seen + [isinstance(t, threading.Thread), t.is_alive(), t.ident is not None]`),
      'lazy',
    );
    expect(result).toEqual(['foo', 'bar', { more: 2 }, true, true, true, false, true]);
  });

  it.skipIf(isMissing)('3.5b are ten at the most in an instance, and more when some have ended', async () => {
    const result = await value(
      platform,
      application,
      code(`
kept['release'] = threading.Event()
granted, refused = 0, []
for _ in range(12):
    try:
        background_thread.start_new_background_thread(kept['release'].wait, [60])
        granted += 1
    except background_thread.Error as error:
        refused.append(type(error).__name__)
result = [granted, refused]`),
      'backend',
    );
    expect(result).toEqual([10, ['BackgroundThreadLimitReachedError', 'BackgroundThreadLimitReachedError']]);
    expect(await value(platform, application, "kept['release'].set(); result = 1", 'backend')).toBe(1);
    const again = code(`
for _ in range(300):
    try:
        background_thread.start_new_background_thread(lambda: None, [])
        result = 'granted'
        break
    except background_thread.BackgroundThreadLimitReachedError:
        time.sleep(0.01)`);
    expect(await value(platform, application, again, 'backend')).toBe('granted');
  });

  it.skipIf(isMissing)('3.5c are begun in start requests, before the version is live', async () => {
    const START_CODE = `
from google.appengine.api import background_thread, modules
background_thread.start_new_background_thread(lambda: kept.setdefault('thread', 'ran'), [])
result = [modules.get_modules(), modules.get_hostname(), modules.get_num_instances()]`;
    await platform.deploy('starting', [
      consoleModule('default', { ...manual(), environmentVariables: { START_CODE } }),
    ]);
    const result = await value(platform, 'starting', "result = [kept['start'], kept['thread']]");
    const hostname = `uno.starting.localhost:${platform.routerPort}`;
    expect(result).toEqual([{ result: [['default'], hostname, 1] }, 'ran']);
  });

  it.skipIf(isMissing)('3.5a do not run where instances come and go by themselves', async () => {
    const refused = code('background_thread.start_new_background_thread(lambda: None, [])');
    expect((await run(platform, application, refused)).error).toBe('FrontendsNotSupported');
  });

  it.skipIf(isMissing)('3.5d that raise answer 500, with the traceback in the log', async () => {
    await value(
      platform,
      application,
      code(`
def fails():
    raise ValueError('in the background')
t = background_thread.BackgroundThread(target=fails)
background_thread.start_new_background_thread(fails, [])
result = None`),
      'backend',
    );
    const entry = await expectEntry('/_ah/background', 500);
    const [line] = await platform.logs(application, { requestId: entry, kind: 'app' });
    expect(line).toMatchObject({ level: 'error', message: expect.stringContaining('ValueError: in the background') });
  });

  it.skipIf(isMissing)('V4 can not be begun from outside', async () => {
    const forged = { 'X-AppEngine-BackgroundRequest': 'abc', 'X-AppEngine-User-IP': '0.1.0.3' };
    const answer = await platform.ask(application, '/_ah/background', { target: 'backend', headers: forged });
    expect(answer.status).toBe(404);
  });

  it.skipIf(isMissing)('V22 5.2b and the Runtime API tell what the instance uses', async () => {
    const [memory, average, cpu] = await value<number[]>(
      platform,
      application,
      `
from google.appengine.api import runtime
sum(index * index for index in range(3000000))
memory, cpu = runtime.memory_usage(), runtime.cpu_usage()
result = [memory.current(), memory.average1m, cpu.total()]`,
      'backend',
    );
    expect(memory).toBeGreaterThan(2);
    expect(average).toBeGreaterThan(2);
    expect(cpu).toBeGreaterThan(10);
  });

  /** The id of the request's entry, once it is written. */
  async function expectEntry(resource: string, status = 200): Promise<string> {
    for (;;) {
      const requests = await platform.logs(application, { kind: 'request' });
      const found = requests.find(
        (one) => one.kind === 'request' && one.resource === resource && one.status === status,
      );
      if (found?.requestId !== undefined) return found.requestId;
    }
  }
});
