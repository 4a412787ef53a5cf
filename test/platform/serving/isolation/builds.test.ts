/** What the code of packages can do while they are installed, at every level, `none` included. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IsolationLevel } from '../../../../src/model/isolation.ts';
import { hasTool } from '../../runtimes/tools.ts';
import { automatic } from '../serving-rig.ts';
import { createIsolatedRig, type IsolatedRig, possibleLevels, secretFile } from './isolated-rig.ts';

const levels = await possibleLevels();
const isRoot = process.getuid?.() === 0;
/** As root the level `process` has users, which stop what they stop for instances. */
const keepsOut = (level: IsolationLevel) => level === 'bwrap' || (level === 'process' && isRoot);

/** Runs in the middle of `npm ci` and tells what it could do. */
const INSTALL_SCRIPT = `
const { connect } = require('node:net');
const { mkdirSync, readFileSync, readdirSync, writeFileSync } = require('node:fs');
const can = (act) => { try { act(); return true; } catch { return false; } };
const { SECRET, PERSONAL, VERSION, OTHER, HOME, TMPDIR, NETWORK_PORT } = process.env;
const report = {
  user: process.getuid(),
  readsSecret: can(() => readFileSync(SECRET)),
  readsPersonal: can(() => readFileSync(PERSONAL)),
  readsOther: can(() => readFileSync(OTHER + '/server.cjs')),
  readsVersion: can(() => readFileSync(VERSION + '/package.json')),
  writesVersion: can(() => writeFileSync(VERSION + '/added', '')),
  writesHome: can(() => writeFileSync(HOME + '/download', 'kept')),
  hasKept: can(() => readFileSync(HOME + '/kept')),
  writesTemporary: can(() => writeFileSync((TMPDIR || '/tmp') + '/x', '')),
  seesRegistry: can(() => readFileSync(process.env.npm_config_userconfig || HOME + '/.npmrc')),
  processes: readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).length,
};
can(() => writeFileSync(HOME + '/kept', ''));
mkdirSync('node_modules', { recursive: true });
const end = (network) => writeFileSync('node_modules/report.json', JSON.stringify({ ...report, network }));
connect(NETWORK_PORT, '127.0.0.1').on('connect', function () { end(true); this.destroy(); }).on('error', () => end(false));
`;

interface Report {
  readonly user: number;
  readonly processes: number;
  readonly [name: string]: boolean | number;
}

describe.each(levels)('builds at level %s', (level) => {
  let rig: IsolatedRig;
  const sources = mkdtempSync(join(tmpdir(), 'appcfg-sources-'));
  const server = createServer();
  beforeAll(async () => {
    rig = await createIsolatedRig(level, { hasRealRuntimes: true });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterAll(async () => {
    server.close();
    await rig.end();
    rmSync(sources, { recursive: true, force: true });
  });

  const hostile = (name: string): string => {
    const directory = join(sources, name);
    cpSync('test/fixtures/apps/nodejs-packages', directory, { recursive: true });
    const path = join(directory, 'package.json');
    const file = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...file, scripts: { ...file.scripts, install: 'node install.cjs' } }));
    writeFileSync(join(directory, 'install.cjs'), `// ${name}\n${INSTALL_SCRIPT}`);
    return directory;
  };

  const build = async (name: string, application: string): Promise<Report> => {
    const { directories, personal } = rig;
    const other = rig.place('serving-ok', {
      ...{ runtime: 'nodejs', scaling: automatic(), entrypoint: 'node server.cjs', application: 'another' },
    });
    await rig.prepare(other);
    await rig.engine.abandon(other.deployment.deploymentId);
    const before = entries(directories.builds);
    const desired = rig.place(hostile(name), {
      runtime: 'nodejs',
      scaling: automatic(),
      instanceClass: 'F4',
      application,
    });
    await rig.prepare({
      ...desired,
      deployment: {
        ...desired.deployment,
        spec: {
          ...desired.deployment.spec,
          buildEnvironmentVariables: {
            SECRET: secretFile(join(directories.home.state, 'token')),
            PERSONAL: secretFile(join(personal, 'diary')),
            VERSION: desired.deployment.directory,
            OTHER: other.deployment.directory,
            NETWORK_PORT: String((server.address() as AddressInfo).port),
          },
        },
      },
    });
    const [made = ''] = entries(directories.builds).filter((entry) => !before.includes(entry));
    const path = join(directories.builds, 'node', made, 'node_modules/report.json');
    expect(statSync(path).uid).toBe(process.getuid?.());
    return JSON.parse(readFileSync(path, 'utf8'));
  };

  it.skipIf(!hasTool('npm'))('see what they need, and of the machine what an instance sees', async () => {
    writeFileSync(join(rig.personal, '.npmrc'), 'fund=false\n');
    const report = await build('first', 'simple-sample');
    const isKept = keepsOut(level);
    expect(report).toMatchObject({ readsVersion: true, writesHome: true, writesTemporary: true, network: true });
    expect(report).toMatchObject({ readsSecret: !isKept, readsPersonal: !isKept, seesRegistry: true });
    expect(report).toMatchObject({ writesVersion: !isKept, hasKept: false });
    expect(report.readsOther).toBe(!isKept);
    if (isRoot) expect(report.user === 0).toBe(!isKept);
    if (level === 'bwrap') expect(report.processes).toBeLessThan(20);
  });

  it.skipIf(!hasTool('npm'))("keep an application's downloads for its next build, and for nobody else's", async () => {
    expect((await build('second', 'simple-sample')).hasKept).toBe(true);
    // Without isolation the home is that of the platform's user.
    expect((await build('third', 'someone-else')).hasKept).toBe(level === 'none');
    if (level === 'none') return;
    const left = readdirSync(join(rig.directories.builds, 'homes')).sort();
    expect(left).toEqual(['simple-sample', 'someone-else']);
    expect(readdirSync(join(rig.directories.builds, 'homes', 'simple-sample'))).not.toContain('.npmrc');
  });
});

function entries(builds: string): readonly string[] {
  const folder = join(builds, 'node');
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  return readdirSync(folder);
}
