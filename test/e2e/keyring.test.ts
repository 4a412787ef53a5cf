/** The operating system's keyring: gnome-keyring under a D-Bus session, one that never answers, and none at all. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemKeyring } from '../../src/credentials/keyring.ts';
import { newHome, root } from './program.ts';

const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
const hasSecretService = has('gnome-keyring-daemon') && has('dbus-run-session');

/** A platform, a token for it, and the address of its control API. */
async function platform(environment: Readonly<Record<string, string>> = {}) {
  const home = newHome(environment);
  const { token } = await home.json<{ token: string }>('token', 'create', 'laptop', '--role', 'viewer');
  const file = join(home.directory, 'token.txt');
  writeFileSync(file, token);
  const server = `http://127.0.0.1:${home.daemon()?.controlPort}`;
  return { home, token, file, server, credentials: join(home.directory, 'appcfg', 'config', 'credentials.json') };
}

describe('the token of a person who signs in', () => {
  it.skipIf(!hasSecretService)(
    'is in the secret service of the session (gnome-keyring, dbus-run-session)',
    { timeout: 90_000 },
    async () => {
      const { home, token, file, server, credentials } = await platform();
      const runtime = join(home.directory, 'run');
      mkdirSync(runtime, { mode: 0o700 });
      const data = join(home.directory, 'share');
      mkdirSync(join(data, 'keyrings'), { recursive: true });
      const collection = '/org/freedesktop/secrets/collection/login';
      const lock = `dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets org.freedesktop.Secret.Service.Lock array:objpath:${collection} >/dev/null`;
      const appcfg = `"${process.execPath}" "${join(root, 'bin', 'run.js')}"`;
      const script = `
      printf 'of the test' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
      ${appcfg} login ${server} --token-file ${file} && ${appcfg} whoami --json && cat ${credentials} && ${appcfg} logout
      ${appcfg} whoami; echo "ended with $?"
      ${appcfg} login ${server} --token-file ${file} >/dev/null
      ${lock}
      echo locked >&2
      ${appcfg} whoami; echo "locked: ended with $?"
      ${appcfg} login ${server} --token-file ${file} && ${appcfg} whoami --json; stat -c 'mode %a' ${credentials}`;
      const environment = { ...home.environment, XDG_RUNTIME_DIR: runtime, XDG_DATA_HOME: data } as NodeJS.ProcessEnv;
      const { stdout, stderr } = spawnSync('dbus-run-session', ['--', 'bash', '-c', script], {
        ...{ env: environment, encoding: 'utf8', timeout: 60_000 },
      });
      expect(stdout, stderr).toContain('"tokenFrom": "keyring"');
      expect(stdout).toContain('"store": "keyring"');
      expect(stdout).toContain(`Signed out of ${server}`);
      expect(stdout).toContain('ended with 1');
      expect(stderr).toContain('You are not signed in');
      expect(stderr).not.toContain('No keyring');
      expect(`${stdout}${stderr}`).not.toContain(token);
      // Locked meanwhile: said in words, and nobody is asked or waited for; a new sign-in goes to the file.
      const [, whenLocked = ''] = stderr.split('\nlocked\n');
      expect(stdout).toContain('locked: ended with 1');
      expect(whenLocked).toContain('is in the keyring, which does not give it out');
      expect(whenLocked).toContain('Unlock the keyring');
      expect(whenLocked.match(/Warning: The keyring is locked, so the token is in .*credentials\.json/g)).toHaveLength(
        1,
      );
      expect(stdout.split('locked: ended with 1')[1]).toContain('"tokenFrom": "file"');
      expect(stdout).toContain('mode 600');
    },
  );

  it('is in a file of theirs alone, after one warning, where there is no keyring', { timeout: 60_000 }, async () => {
    const { home, token, file, server, credentials } = await platform({
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere',
    });
    const { code, stderr } = await home.run('login', server, '--token-file', file);
    expect(code, stderr).toBe(0);
    expect(stderr.match(/Warning: No keyring can be used here/g)).toHaveLength(1);
    expect(statSync(credentials).mode & 0o777).toBe(0o600);
    expect(statSync(join(credentials, '..')).mode & 0o777).toBe(0o700);
    expect(readFileSync(credentials, 'utf8')).toContain(token);
    expect(await home.json('whoami')).toMatchObject({ name: 'laptop', tokenFrom: 'file', server });
    expect((await home.run('whoami')).stderr).toBe('');
    expect((await home.run('logout')).code).toBe(0);
    expect(readFileSync(credentials, 'utf8')).not.toContain(token);
  });

  it('is not waited for when the keyring never answers', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'appcfg-keyring-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    writeFileSync(join(directory, 'keyring.mjs'), 'setInterval(() => {}, 1000);');
    const options = { program: join(directory, 'run.js'), environment: process.env };
    const late = systemKeyring({ ...options, patienceMs: 300 });
    expect(await late({ action: 'get', account: 'x' })).toEqual({ problem: 'the keyring does not answer' });
    writeFileSync(join(directory, 'keyring.mjs'), 'process.abort();');
    const broken = systemKeyring(options);
    expect(await broken({ action: 'get', account: 'x' })).toEqual({
      problem: 'the program that asks the keyring crashed',
    });
  });
});
