/** The built tool on a real terminal: it draws there, and nowhere else. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const isBuilt = existsSync(join(root, 'dist', 'cli.cjs'));
// A native module: not there on every machine.
const pty = await import('@lydell/node-pty').catch(() => undefined);

const CURSOR_UP = '\u001b[1A';
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

async function runOnTerminal(argv: readonly string[], environment: Record<string, string> = {}) {
  const home = mkdtempSync(join(tmpdir(), 'appcfg-terminal-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const { NODE_EXTRA_CA_CERTS: _, CI: _ci, NO_COLOR: _colour, ...inherited } = process.env;
  const terminal = pty?.spawn(process.execPath, [join(root, 'bin', 'run.js'), ...argv], {
    cols: 100,
    rows: 40,
    cwd: join(root, 'examples', 'simple-sample'),
    env: { ...inherited, APPCFG_HOME: home, APPCFG_UPDATE_NOTICE: '0', TERM: 'xterm', ...environment },
  });
  let written = '';
  terminal?.onData((data) => {
    written += data;
  });
  const code = await new Promise<number>((resolve) => terminal?.onExit(({ exitCode }) => resolve(exitCode)));
  return { code, written, text: stripVTControlCharacters(written) };
}

describe.skipIf(!isBuilt || pty === undefined)('on a terminal', () => {
  const update = ['update', 'app.yaml', '--backend', 'memory'];

  it('draws the phases of a deploy, in colour, and gives the cursor back', async () => {
    const { code, written, text } = await runOnTerminal(update);
    expect(code).toBe(0);
    for (const phase of ['Reading the configuration', 'Reading the files', 'Sending files', 'Going live']) {
      expect(text).toMatch(new RegExp(`✔ ${phase}: .*\\(\\d`));
    }
    expect(text).toMatch(/Deployed module default, version uno: http/);
    expect(written).toContain('\u001b[32mDeployed\u001b[39m');
    expect(written).toContain(CURSOR_UP);
    expect(written.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(written.lastIndexOf(HIDE_CURSOR));
  });

  it.each([
    ['in continuous integration', [], { CI: 'true' }],
    ['on a dumb terminal', [], { TERM: 'dumb' }],
    ['with --verbose', ['--verbose'], {}],
    ['with --quiet', ['--quiet'], {}],
  ])('moves no cursor %s', async (_, options, environment: Record<string, string>) => {
    const { code, written } = await runOnTerminal([...update, ...options], environment);
    expect(code).toBe(0);
    expect(written).not.toContain(CURSOR_UP);
    expect(written).not.toContain(HIDE_CURSOR);
  });

  it('uses no colour with NO_COLOR', async () => {
    const { written } = await runOnTerminal([...update, '--verbose'], { NO_COLOR: '1' });
    expect(written).not.toContain('\u001b[');
  });
});
