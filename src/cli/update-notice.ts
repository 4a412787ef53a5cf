/** Says that there is a newer version. A command never waits for it: it reads what the last look found, and npm looks behind its back. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { homeDirectories } from '../support/home-directories.ts';
import { packageVersion } from '../support/package-version.ts';
import { type Host, isContinuousIntegration } from './host.ts';

const LOOK_AGAIN_MS = 24 * 60 * 60_000;
const FILE = 'latest-version';

/** After a command, for a person at a terminal. Anything that goes wrong is of no interest. */
export function showUpdateNotice(host: Host): void {
  const { environment, clock } = host;
  if (!host.isErrorTerminal || isContinuousIntegration(environment)) return;
  if (environment.APPCFG_UPDATE_NOTICE === '0') return;
  const { cache } = homeDirectories(environment);
  try {
    const file = join(cache, FILE);
    const latest = readLatest(file);
    if (latest !== undefined && isNewer(latest, packageVersion)) {
      host.stderr(`Note: appcfg ${latest} is out; this is ${packageVersion}. Update: npm install -g appcfg\n`);
    }
    const lookedAtMs = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (Math.abs(clock.now() - lookedAtMs) > LOOK_AGAIN_MS) look(cache, environment);
  } catch {
    // A cache that can't be read or written, a machine without npm.
  }
}

/** npm knows the registry, its proxy and its credentials. What it prints is for the next command. */
function look(cache: string, environment: Host['environment']): void {
  mkdirSync(cache, { recursive: true });
  const output = openSync(join(cache, FILE), 'w', 0o600);
  try {
    const child = spawn('npm', ['view', 'appcfg', 'version'], {
      cwd: cache,
      // Our own variables, a token among them, are no business of npm's.
      env: Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('APPCFG_'))),
      detached: true,
      stdio: ['ignore', output, 'ignore'],
    });
    child.once('error', () => {});
    child.unref();
  } finally {
    closeSync(output);
  }
}

function readLatest(file: string): string | undefined {
  try {
    return /^\d+\.\d+\.\d+$/.exec(readFileSync(file, 'utf8').trim())?.[0];
  } catch {
    return undefined;
  }
}

function isNewer(latest: string, current: string): boolean {
  return latest.localeCompare(current, 'en', { numeric: true }) > 0;
}
