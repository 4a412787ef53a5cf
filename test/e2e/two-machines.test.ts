/** Two machines, played by two network namespaces: the tool on one, the platform on the other, TLS between them. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hasOpenssl, makeAuthority } from './certificates.ts';
import { root } from './program.ts';

const program = join(root, 'bin', 'run.js');
const address = '10.213.77.1';
const server = `https://${address}:8443`;

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: 'ignore' });
}

function canHaveNamespaces(): boolean {
  if (process.getuid?.() !== 0) return false;
  const name = `appcfg-try-${process.pid}`;
  if (spawnSync('ip', ['netns', 'add', name], { stdio: 'ignore' }).status !== 0) return false;
  const entered = spawnSync('ip', ['netns', 'exec', name, 'true'], { stdio: 'ignore' }).status === 0;
  spawnSync('ip', ['netns', 'del', name], { stdio: 'ignore' });
  return entered;
}

/** A machine: a network of its own, and a home. */
function machine(name: string, directory: string, environment: Readonly<Record<string, string>> = {}) {
  const namespace = `appcfg-${process.pid}-${name}`;
  ip('netns', 'add', namespace);
  onTestFinished(() => void spawnSync('ip', ['netns', 'del', namespace], { stdio: 'ignore' }));
  ip('-n', namespace, 'link', 'set', 'lo', 'up');
  const env = {
    ...{ PATH: process.env.PATH, HOME: directory, USER: name, APPCFG_HOME: join(directory, name) },
    ...{ APPCFG_PORT: '0', APPCFG_CONTROL_PORT: '0', APPCFG_EGRESS: 'advisory', ...environment },
  };
  const start = (args: readonly string[], input?: string) => {
    const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, program, ...args], {
      ...{ cwd: directory, env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (piece) => {
      output.stdout += String(piece);
    });
    child.stderr.on('data', (piece) => {
      output.stderr += String(piece);
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
    const finished = new Promise<Finished>((resolve) => {
      child.once('close', (code) => resolve({ code, ...output }));
    });
    return { child, output, finished };
  };
  return { namespace, start, run: (...args: readonly string[]) => start(args).finished };
}

function connect(one: string, other: string): void {
  ip('link', 'add', 'appcfg0', 'netns', one, 'type', 'veth', 'peer', 'name', 'appcfg0', 'netns', other);
  for (const [namespace, last] of [
    [one, 1],
    [other, 2],
  ] as const) {
    ip('-n', namespace, 'addr', 'add', `10.213.77.${last}/24`, 'dev', 'appcfg0');
    ip('-n', namespace, 'link', 'set', 'appcfg0', 'up');
  }
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what} did not come`);
}

/** The command lines of all processes, while the test runs. */
function watchProcesses() {
  const seen = new Set<string>();
  const timer = setInterval(() => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        seen.add(readFileSync(`/proc/${pid}/cmdline`, 'latin1'));
      } catch {
        // It has ended.
      }
    }
  }, 20);
  onTestFinished(() => clearInterval(timer));
  return seen;
}

describe.skipIf(!hasOpenssl || !canHaveNamespaces())('two machines (root, ip netns and openssl)', () => {
  it('sign in, deploy, look, and are told what is wrong with tokens and certificates', {
    timeout: 180_000,
  }, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'appcfg-machines-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
    const commandLines = watchProcesses();
    const far = machine('server', directory);
    const near = machine('laptop', directory, { APPCFG_CREDENTIAL_STORE: 'file' });
    connect(far.namespace, near.namespace);
    const authority = makeAuthority(directory, 'authority');
    const good = authority.sign('good', `IP:${address}`, 9);
    const expired = authority.sign('expired', `IP:${address}`, -1);
    const files = { certificate: join(directory, 'tls.pem'), key: join(directory, 'tls.key') };
    const install = (from: typeof good) => {
      copyFileSync(from.certificate, files.certificate);
      copyFileSync(from.key, files.key);
    };
    install(good);
    const shown: string[] = [];
    const tool = async (...args: readonly string[]) => {
      const result = await near.run(...args);
      shown.push(result.stdout, result.stderr);
      return result;
    };
    const flags = ['--listen', `${address}:8443`, '--tls-cert', files.certificate, '--tls-key', files.key];

    // Nobody can sign in yet, so the door stays closed.
    const closed = await far.run('platform', 'run', ...flags);
    expect(closed).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no token yet') });
    const create = async (...args: readonly string[]) => {
      const { stdout, stderr, code } = await far.run('token', 'create', ...args);
      expect(code, stderr).toBe(0);
      return stdout.trim();
    };
    const token = await create('laptop', '--role', 'deployer', '-A', 'simple-sample');
    await far.run('platform', 'stop');
    const platform = far.start(['platform', 'run', ...flags]);
    onTestFinished(async () => {
      platform.child.kill('SIGTERM');
      await platform.finished;
    });
    await until('the platform', () => platform.output.stdout.includes('other machines sign in at'));
    const revoked = await create('gone', '--role', 'viewer');
    expect((await far.run('token', 'revoke', 'gone')).code).toBe(0);

    // Certificates.
    const login = async (given: string, ...args: readonly string[]) => {
      const result = await near.start(['login', server, '--token-file', '-', ...args], given).finished;
      shown.push(result.stdout, result.stderr);
      return result;
    };
    const untrusted = await login(token);
    expect(untrusted).toMatchObject({ code: 1, stderr: expect.stringContaining('nobody known signed it') });
    expect(untrusted.stderr).toContain('--ca-cert FILE');
    const trusted = ['--ca-cert', authority.file];

    // Tokens.
    const wrong = `appcfg_${'q'.repeat(12)}_${'Z'.repeat(32)}`;
    expect((await login(wrong, ...trusted)).stderr).toContain('does not know the token');
    expect((await login(revoked, ...trusted)).stderr).toContain('was revoked');
    const signedIn = await login(token, ...trusted);
    expect(signedIn).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('as laptop, deployer of simple-sample'),
    });
    const whoami = await tool('whoami', '--json');
    expect(JSON.parse(whoami.stdout)).toMatchObject({ name: 'laptop', role: 'deployer', server, tokenFrom: 'file' });

    // Work.
    const app = join(directory, 'app');
    cpSync(join(root, 'examples', 'simple-sample'), app, { recursive: true });
    const yaml = ['app.yaml', 'mobile-frontend.yaml', 'my-module.yaml'].map((name) => join(app, name));
    const deployed = await tool('update', ...yaml, '--json');
    expect(deployed.code, deployed.stdout + deployed.stderr).toBe(0);
    expect((await tool('status')).stdout).toContain('uno');
    expect((await tool('logs', '-A', 'simple-sample')).code).toBe(0);
    const refused = await tool('token', 'list');
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('laptop is deployer of simple-sample and may not'),
    });
    expect((await tool('status', '--token', wrong)).stderr).toContain('does not know the token');
    const audit = await far.run('audit', '--json');
    const { entries } = JSON.parse(audit.stdout) as { entries: readonly Record<string, string>[] };
    expect(entries).toContainEqual(
      expect.objectContaining({ actor: 'laptop', address: '10.213.77.2', action: 'release', result: 'accepted' }),
    );
    expect(entries).toContainEqual(expect.objectContaining({ actor: 'laptop', action: 'release', result: 'done' }));

    // A certificate that has expired is in use at once, and so is its successor.
    install(expired);
    platform.child.kill('SIGHUP');
    const old = await tool('whoami');
    expect(old).toMatchObject({ code: 1, stderr: expect.stringContaining('it has expired') });
    install(good);
    platform.child.kill('SIGHUP');
    expect((await tool('whoami')).code).toBe(0);

    // A token that is revoked is of no use from the next request on.
    expect((await far.run('token', 'revoke', 'laptop')).code).toBe(0);
    expect((await tool('whoami')).stderr).toContain('was revoked');
    expect((await tool('logout')).stdout).toContain(`Signed out of ${server}`);
    expect((await tool('status')).stderr).toContain('You are not signed in');

    // Nobody said a token aloud: no output of the tool or the platform, no command line.
    const secrets = [token, revoked, readFileSync(join(directory, 'server', 'state', 'token'), 'utf8').trim()];
    const said = [...shown, platform.output.stdout, platform.output.stderr, audit.stdout, ...commandLines].join('\n');
    for (const secret of secrets) expect(said.includes(secret)).toBe(false);
    expect(commandLines.size).toBeGreaterThan(3);
  });
});
