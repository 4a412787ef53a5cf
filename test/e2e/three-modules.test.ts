import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyExample, eventually, get, type Home, newHome, processesWith } from './program.ts';

interface Report {
  readonly application: string;
  readonly outcome: string;
  readonly release: string;
  readonly url: string;
  readonly modules: readonly {
    readonly module: string;
    readonly version: string;
    readonly outcome: string;
    readonly url: string;
    readonly versionUrl: string;
  }[];
}

const yamlFiles = ['app.yaml', 'mobile-frontend.yaml', 'my-module.yaml'];

function sample(home: Home) {
  const directory = copyExample(home, 'simple-sample');
  const files = yamlFiles.map((name) => join(directory, name));
  return { directory, files, deploy: () => home.json<Report>('update', ...files) };
}

function nonceOf(home: Home): string {
  return `APPCFG_PLATFORM=${readFileSync(join(home.directory, 'appcfg', 'state', 'nonce'), 'utf8').trim()}`;
}

describe('the documented three-module application', () => {
  it('is deployed by one command and answers at the address of each module, version and instance', async () => {
    const home = newHome();
    const report = await sample(home).deploy();
    expect(report.modules.map(({ module, version, outcome }) => [module, version, outcome])).toEqual([
      ['default', 'uno', 'created'],
      ['mobile-frontend', 'uno', 'created'],
      ['my-module', 'uno', 'created'],
    ]);
    for (const { module, url, versionUrl } of report.modules) {
      for (const address of [url, versionUrl, url.replace('mobile-frontend.simple', 'mobile-frontend-dot-simple')]) {
        const answer = await get(address);
        expect([address, answer.status]).toEqual([address, 200]);
        expect(answer.body).toContain(`module=${module}`);
      }
    }
    const { host } = new URL(report.url);
    expect((await get(`http://0.uno.my-module.${host}/`)).body).toContain('instance=0');
    expect((await get(`http://0-dot-uno-dot-my-module-dot-${host}/`)).body).toContain('instance=0');
    expect((await get(`http://7.uno.my-module.${host}/`)).status).toBe(404);
  });

  it('is left alone by the same command, in which nothing changed', async () => {
    const home = newHome();
    const { deploy } = sample(home);
    const first = await deploy();
    // The idle instance that is kept beside the first one of a module is started when that is live.
    await eventually('every instance is ready', async () => {
      const { instances } = await home.json<{ instances: { state: string }[] }>('instances', 'list');
      return instances.length === 4 && instances.every(({ state }) => state === 'ready');
    });
    const pids = processesWith(nonceOf(home));
    const second = await deploy();
    expect(second.outcome).toBe('unchanged');
    expect(second.release).toBe(first.release);
    expect(processesWith(nonceOf(home))).toEqual(pids);
  });

  it('comes back, whole and without orphans, after the platform was killed', async () => {
    const home = newHome();
    const { deploy } = sample(home);
    await deploy();
    const nonce = nonceOf(home);
    process.kill(home.daemon()?.pid ?? 0, 'SIGKILL');
    await eventually('every instance is gone', () => processesWith(nonce).length === 0);
    const again = await deploy();
    expect(again.outcome).toBe('unchanged');
    for (const { module, url } of again.modules) {
      const answer = await get(url);
      expect([module, answer.status]).toEqual([module, 200]);
    }
  });

  it('has a killed instance replaced', async () => {
    const home = newHome();
    const report = await sample(home).deploy();
    const { instances } = await home.json<{ instances: { module: string; pid: number }[] }>('instances', 'list');
    const resident = instances.find((instance) => instance.module === 'my-module');
    process.kill(resident?.pid ?? 0, 'SIGKILL');
    const url = report.modules.find((module) => module.module === 'my-module')?.url ?? '';
    await eventually('my-module answers again', async () => (await get(url)).status === 200);
    const after = await home.json<{ instances: { module: string; pid: number; restarts: number }[] }>(
      'instances',
      'list',
    );
    expect(after.instances.find((instance) => instance.module === 'my-module')?.pid).not.toBe(resident?.pid);
  });

  it('survives a client that is killed in the middle of a deploy', async () => {
    const home = newHome();
    const { directory, files, deploy } = sample(home);
    await deploy();
    for (const delayMs of [60, 120, 200, 300]) {
      appendFileSync(join(directory, 'main.py'), `# ${delayMs}\n`);
      const { child, finished } = home.start('update', ...files);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      child.kill('SIGKILL');
      await finished;
    }
    const report = await deploy();
    expect(['live', 'unchanged']).toContain(report.outcome);
    for (const { url } of report.modules) expect((await get(url)).status).toBe(200);
  });

  it('loses no request while it is deployed again and again under load', async () => {
    const home = newHome();
    const { directory, deploy } = sample(home);
    const report = await deploy();
    const counts = { ok: 0, failed: [] as string[] };
    let isOver = false;
    const clients = report.modules.flatMap(({ url }) =>
      Array.from({ length: 3 }, async () => {
        while (!isOver) {
          const answer = await get(url).catch((error: unknown) => ({ status: 0, body: String(error) }));
          if (answer.status === 200) counts.ok += 1;
          else counts.failed.push(`${url} ${answer.status} ${answer.body.slice(0, 200)}`);
        }
      }),
    );
    for (let round = 0; round < 3; round += 1) {
      appendFileSync(join(directory, 'main.py'), `# round ${round}\n`);
      await deploy();
    }
    isOver = true;
    await Promise.all(clients);
    expect(counts.failed).toEqual([]);
    expect(counts.ok).toBeGreaterThan(30);
  });

  it('keeps the old release when a module does not start, and shows what it printed', async () => {
    const home = newHome();
    const { directory, deploy, files } = sample(home);
    const before = await deploy();
    writeFileSync(join(directory, 'main.py'), 'import nosuchmodule\n');
    const failed = await home.run('update', ...files);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('nosuchmodule');
    expect(failed.stderr).not.toContain('    at ');
    for (const { url } of before.modules) expect((await get(url)).status).toBe(200);
    const { applications } = await home.json<{ applications: { release: string; modules: unknown[] }[] }>('status');
    expect(applications).toMatchObject([{ release: before.release, modules: [{}, {}, {}] }]);
  });

  it('goes back to the release before with one command', async () => {
    const home = newHome();
    const { directory, deploy } = sample(home);
    await deploy();
    const main = join(directory, 'main.py');
    writeFileSync(main, readFileSync(main, 'utf8').replace('module=', 'changed module='));
    const second = await deploy();
    expect((await get(second.url)).body).toContain('changed module=');
    await home.json('rollback', '-A', 'simple-sample');
    expect((await get(second.url)).body).not.toContain('changed module=');
  });

  it('takes two deploys at once: both end, one after the other', async () => {
    const home = newHome();
    const { directory, files, deploy } = sample(home);
    await deploy();
    appendFileSync(join(directory, 'main.py'), '# both\n');
    const both = await Promise.all([home.run('update', ...files), home.run('update', ...files)]);
    expect(both.map(({ code, stderr }) => [code, code === 0 ? '' : stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
  });
});
