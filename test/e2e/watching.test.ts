import { execFileSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LogRecord } from '../../src/model/log.ts';
import type { ReleaseSummary } from '../../src/model/release.ts';
import type { ComparedReleases } from '../../src/operate/diff-releases.ts';
import type { TopFrame } from '../../src/operate/top.ts';
import { eventually, get, type Home, newHome, root } from './program.ts';
import { openPseudoTerminal } from './pseudo-terminal.ts';

const hasGit = (() => {
  try {
    execFileSync('git', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

function shopDirectory(home: Home): string {
  const directory = join(home.directory, 'shop');
  cpSync(join(root, 'test/fixtures/apps/watched'), directory, { recursive: true });
  return directory;
}

function visitor(home: Home) {
  const { routerPort = 0 } = home.daemon() ?? {};
  return (path: string, module?: string) =>
    get(`http://${module === undefined ? '' : `${module}.`}shop.localhost:${routerPort}${path}`);
}

const releasesOf = async (home: Home) =>
  (await home.json<{ releases: readonly ReleaseSummary[] }>('releases', '-A', 'shop')).releases;

describe('watching an application', () => {
  it.skipIf(!hasGit)('knows from which commit a release was deployed, and compares releases and files', async () => {
    const home = newHome();
    const directory = shopDirectory(home);
    const file = (name: string) => join(directory, name);
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
        cwd: directory,
        env: { ...process.env, HOME: home.directory, GIT_CONFIG_NOSYSTEM: '1' },
        encoding: 'utf8',
      }).trim();
    await home.json('update', file('app.yaml'), file('queue.yaml'));
    expect((await releasesOf(home))[0]).not.toHaveProperty('commit');
    git('init', '-q', '-b', 'main');
    git('add', '.');
    git('commit', '-qm', 'the shop');
    const id = git('rev-parse', 'HEAD');
    writeFileSync(file('new.js'), '// new\n');
    writeFileSync(file('server.js'), `${execFileSync('cat', [file('server.js')], { encoding: 'utf8' })}// changed\n`);
    const yaml = 'application: shop\nversion: v1\nruntime: nodejs20\nentrypoint: node server.js\n';
    writeFileSync(file('app.yaml'), `${yaml}env_variables:\n  SHOP_COLOUR: secret-red\ninstance_class: F2\n`);
    rmSync(file('dispatch.yaml'));

    const local = await home.json<ComparedReleases>('diff', '--path', file('app.yaml'));
    expect(local).toMatchObject({ application: 'shop', before: 'live', after: 'local' });
    expect(local.diff.versions).toMatchObject([
      {
        module: 'default',
        version: 'v1',
        change: 'changed',
        files: { added: ['new.js'], changed: ['app.yaml', 'server.js'], removed: ['dispatch.yaml'] },
        configuration: [
          { key: 'environmentVariables.SHOP_COLOUR', change: 'changed' },
          { key: 'instanceClass', before: 'F1', after: 'F2', change: 'changed' },
          { key: 'scaling.minIdleInstances', before: 1, change: 'removed' },
        ],
      },
    ]);
    expect(JSON.stringify(local)).not.toContain('secret-red');
    expect(await releasesOf(home)).toHaveLength(1);

    git('commit', '-qam', 'changed');
    await home.json('update', file('app.yaml'), '-m', 'red');
    const [second] = await releasesOf(home);
    // The new file is not in the commit.
    expect(second).toMatchObject({ commit: { id: git('rev-parse', 'HEAD'), branch: 'main', isDirty: true } });
    expect(second?.commit?.id).not.toBe(id);
    git('add', '.');
    git('commit', '-qm', 'all of it');
    git('checkout', '-q', '--detach');
    writeFileSync(file('queue.yaml'), 'queue:\n- name: letters\n  rate: 9/s\n- name: birds\n  rate: 1/s\n');
    git('commit', '-qam', 'birds');
    await home.json('update', file('app.yaml'), file('queue.yaml'), '-V', 'v2', '--promote');
    expect((await releasesOf(home))[0]?.commit).toEqual({ id: git('rev-parse', 'HEAD'), isDirty: false });
    expect((await home.run('releases', '-A', 'shop')).stdout).toContain(
      `${second?.commit?.id.slice(0, 10)} main, with changes`,
    );

    const between = (await home.run('diff', 'r1', 'r3', '-A', 'shop')).stdout;
    expect(between).toContain('shop: from r1 to r3');
    expect(between).toContain('+ default:v2 (compared with v1)');
    expect(between).toContain('~ traffic of default: all to v1 -> all to v2');
    expect(between).toContain('~ queues: letters');
    expect(between).toContain('+ queues: birds');
    expect(between).toContain('- queues: parcels');
    const names = (await home.run('diff', 'r2', '-A', 'shop', '--name-only')).stdout.trim().split('\n');
    expect(names).toEqual([
      'default:v2',
      'default:v2/queue.yaml',
      'traffic default',
      'queues letters',
      'queues parcels',
      'queues birds',
    ]);
    expect((await home.run('diff', 'r3', '-A', 'shop')).stdout).toBe('shop: no difference between r3 and live.\n');
    expect((await home.run('diff', 'r9', '-A', 'shop')).stderr).toContain('r9');
    await home.json('rollback', '-A', 'shop', '--release', 'r2', '--yes');
    expect((await releasesOf(home))[0]?.commit).toEqual(second?.commit);
  });

  it('shows live what is asked, sorted as the keys say, and leaves the terminal as it was', async () => {
    const home = newHome();
    const directory = shopDirectory(home);
    await home.json('update', join(directory, 'app.yaml'), join(directory, 'worker.yaml'));
    const visit = visitor(home);
    for (let index = 0; index < 12; index += 1) await visit(index % 4 === 3 ? '/?status=500' : '/?wait=20');
    await visit('/', 'worker');
    const frame = await home.json<TopFrame>('top', '--window', '60');
    expect(frame.rows).toMatchObject([
      { application: 'shop', module: 'default', version: 'v1', errors: 3, trafficShare: 1, instances: 1 },
      { application: 'shop', module: 'worker', version: 'v1', errors: 0, instances: 2, notReady: 0 },
    ]);
    const [front] = frame.rows;
    expect(front?.requestsPerSecond).toBeCloseTo(12 / 60);
    expect(front?.latencyP95Ms).toBeGreaterThanOrEqual(front?.latencyP50Ms ?? Number.POSITIVE_INFINITY);
    expect(front?.latencyP50Ms).toBeGreaterThan(15);
    // Memory is read every two seconds.
    await eventually('memory is known', async () => {
      const { rows } = await home.json<TopFrame>('top');
      return rows.every(({ memoryBytes }) => memoryBytes > 10 * 1024 * 1024);
    });
    // Without a terminal: one frame, no control characters.
    const piped = await home.run('top', '--sort', 'memory');
    expect(piped.stdout).toMatch(/MODULE +VERSION +TRAFFIC/);
    expect(piped.stdout).not.toContain('\u001b');
    expect(piped.stdout.indexOf('worker')).toBeLessThan(piped.stdout.indexOf('default'));

    const terminal = openPseudoTerminal(['top', '--every', '1'], home);
    await terminal.sees('[n name]');
    terminal.type('e');
    await terminal.sees('[e errors]');
    await visit('/?status=503');
    await terminal.sees('errors');
    terminal.type('q');
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.raw().endsWith('\u001b[?25h\u001b[?1049l')).toBe(true);
    const interrupted = openPseudoTerminal(['top'], home);
    await interrupted.sees('[n name]');
    interrupted.type('\u0003');
    expect(await interrupted.exitCode).toBe(0);
  });

  it('follows the logs of all modules, with filters, as lines of JSON', async () => {
    const home = newHome();
    const directory = shopDirectory(home);
    await home.json('update', join(directory, 'app.yaml'), join(directory, 'worker.yaml'));
    const visit = visitor(home);
    const following = home.start('logs', '-A', 'shop', '--follow', '--json', '-n', '0', '--search', 'HAT');
    let text = '';
    following.child.stdout?.on('data', (data: Buffer) => {
      text += data.toString();
    });
    const records = () =>
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as LogRecord);
    // Listening begins at some point: the first line that arrives says that it has.
    await eventually('it listens', async () => {
      await visit('/?say=a+hat');
      return records().length > 0;
    });
    await visit('/?say=shoes');
    await visit('/?say=another+hat', 'worker');
    await eventually('the line of the other module', () =>
      records().some((one) => one.kind === 'app' && one.message === 'another hat'),
    );
    const all = records();
    expect(new Set(all.map(({ module }) => module))).toEqual(new Set(['default', 'worker']));
    expect(JSON.stringify(all)).not.toContain('shoes');
    following.child.kill('SIGINT');
    expect((await following.finished).code).toBe(0);
  });
});
