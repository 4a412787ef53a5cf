import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPlatformBackend } from '../../src/adapters/platform/platform-backend.ts';
import type { TaskAdded } from '../../src/model/task-queue.ts';
import { eventually, get, type Home, newHome, root } from './program.ts';

const appYaml = (records: string) => `application: recorder
version: uno
runtime: nodejs20
entrypoint: node server.js
manual_scaling:
  instances: 1
env_variables:
  RECORD_DIRECTORY: ${records}
handlers:
- url: /_ah/queue/.*
  script: auto
  login: admin
- url: /.*
  script: auto
`;

const queueYaml = `queue:
- name: load
  rate: 120/s
  bucket_size: 20
  max_concurrent_requests: 10
  retry_parameters:
    min_backoff_seconds: 0.1
    max_backoff_seconds: 0.5
`;

/** The recorder writes where the test reads, which no sandbox lets it do. */
const mayWriteOutside = { APPCFG_ISOLATION: 'none' };

async function deployRecorder(home: Home) {
  const directory = join(home.directory, 'recorder');
  const records = join(home.directory, 'records');
  mkdirSync(records);
  cpSync(join(root, 'test/fixtures/apps/task-recorder'), directory, { recursive: true });
  writeFileSync(join(directory, 'app.yaml'), appYaml(records));
  writeFileSync(join(directory, 'queue.yaml'), queueYaml);
  const report = await home.json<{ url: string }>('update', directory);
  const recorded = () => {
    const file = join(records, 'tasks.txt');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  };
  return { directory, records, recorded, url: report.url };
}

function backendOf(home: Home) {
  const { controlPort = 0, token = '' } = home.daemon() ?? {};
  return createPlatformBackend({ url: `http://127.0.0.1:${controlPort}`, token, createdBy: 'test' });
}

describe('task queues', () => {
  it('lose no task when the platform is killed under load, and add no name twice', async () => {
    const home = newHome(mayWriteOutside);
    const { recorded } = await deployRecorder(home);
    const names = Array.from({ length: 300 }, (_, index) => `task-${index}`);
    const outcomes = new Map<string, TaskAdded['outcome'][]>();
    /** As a client would: again when it does not know what came of it. */
    const add = async (part: readonly string[]): Promise<void> => {
      for (;;) {
        try {
          const added = await backendOf(home).queues?.add(
            'recorder',
            'load',
            part.map((name) => ({ name })),
          );
          for (const { name, outcome } of added ?? []) outcomes.set(name, [...(outcomes.get(name) ?? []), outcome]);
          return;
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
    };
    const adding = (async () => {
      for (let from = 0; from < names.length; from += 10) {
        await add(names.slice(from, from + 10));
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
    })();
    for (const killAt of [40, 120]) {
      await eventually(`${killAt} tasks ran`, () => recorded().length >= killAt);
      process.kill(home.daemon()?.pid ?? 0, 'SIGKILL');
      await home.run('platform', 'start');
    }
    await adding;
    await eventually('every task ran', () => new Set(recorded()).size === names.length);
    expect(new Set(recorded())).toEqual(new Set(names.map((name) => `load ${name}`)));
    expect([...outcomes.values()].filter((all) => all.filter((outcome) => outcome === 'added').length > 1)).toEqual([]);
    const backend = backendOf(home);
    await eventually('the queue is empty', async () => {
      const queues = await backend.queues?.list('recorder');
      return queues?.find(({ name }) => name === 'load')?.tasks === 0;
    });
    const again = await backend.queues?.add(
      'recorder',
      'load',
      names.slice(0, 100).map((name) => ({ name })),
    );
    expect(new Set(again?.map(({ outcome }) => outcome))).toEqual(new Set(['name-used']));
  });

  it('and cron jobs are run by hand from the command line, where outsiders may not call', async () => {
    const home = newHome(mayWriteOutside);
    const { directory, records, recorded, url } = await deployRecorder(home);
    writeFileSync(join(directory, 'cron.yaml'), 'cron:\n- url: /tasks/summary\n  schedule: every 24 hours\n');
    await home.json('update-cron', directory);
    expect((await home.json<{ run: object }>('cron', 'run', '/tasks/summary')).run).toMatchObject({
      status: 200,
      module: 'default',
      version: 'uno',
    });
    expect(readFileSync(join(records, 'cron.txt'), 'utf8')).toBe('/tasks/summary\n');
    expect((await home.json<{ jobs: object[] }>('cron', 'list')).jobs).toMatchObject([
      { lastStatus: 200, state: 'waiting' },
    ]);

    const forged = await get(`${url}_ah/queue/load`, {
      'x-appengine-taskname': 'forged',
      'x-appengine-queuename': 'load',
    });
    expect(forged.status).toBe(302);
    await home.json('queue', 'pause', 'load');
    await home.json('queue', 'add', 'load', '--name', 'by-hand', '--payload', 'hello');
    const { queues } = await home.json<{ queues: object[] }>('queue', 'list');
    expect(queues).toMatchObject([{ name: 'default' }, { name: 'load', state: 'paused', tasks: 1 }]);
    expect((await home.json<{ run: object }>('queue', 'run', 'load', 'by-hand')).run).toMatchObject({
      outcome: 'done',
    });
    expect(recorded()).toEqual(['load by-hand']);
  });
});
