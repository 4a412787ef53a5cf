/** A planted token is in no output of any command: not in results, notes, errors, traces, `--json`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createBackend } from '../../src/adapters/registry.ts';
import { type Host, processHost } from '../../src/cli/host.ts';
import { loadConfig } from '../../src/cli/run.ts';
import { commands } from '../../src/commands/command-table.ts';
import { main } from '../../src/main.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const planted = `appcfg_${'planted'.padEnd(12, '0')}_${'NobodyMayEverReadThisToken123456'}`;
/** They run a platform here, or never end; none of them sends a token anywhere. */
const local = ['dev', 'platform:run', 'platform:start', 'platform:restart', 'platform:gcloud-config'];

/** A server that fails in another way each time. */
let server: { readonly url: string; readonly seen: Set<string>; close(): void };

beforeAll(async () => {
  const seen = new Set<string>();
  let count = 0;
  const json = { 'content-type': 'application/json' };
  const listener = createServer((message, response) => {
    const given = message.headers.authorization ?? '';
    seen.add(given);
    count += 1;
    // A server that lies: it says what it was told, as an error of ours, as one of its own, and as an answer.
    const said = `who is "${given}"?`;
    const error = {
      code: 400,
      message: said,
      status: 'X',
      details: [],
      appcfg: { code: 'internal', details: { reason: said }, hints: [said] },
    };
    if (count % 7 === 0) message.socket.destroy();
    else if (count % 7 === 1) response.writeHead(500).end(said);
    else if (count % 7 === 2) response.writeHead(200, json).end('{}');
    else if (count % 7 === 3) response.writeHead(401, json).end('{"error":{"message":"no"}}');
    else if (count % 7 === 4) response.writeHead(400, json).end(JSON.stringify({ error }));
    else if (count % 7 === 5)
      response.writeHead(403, json).end(JSON.stringify({ error: { code: 403, message: said } }));
    else
      response
        .writeHead(200, json)
        .end(JSON.stringify({ protocol: 1, version: said, name: said, id: said, role: 'admin' }));
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as { readonly port: number };
  server = { url: `http://127.0.0.1:${port}`, seen, close: () => listener.close() };
});
afterAll(() => server.close());

async function run(directory: string, environment: Readonly<Record<string, string>>, argv: readonly string[]) {
  let written = '';
  const write = (text: string) => {
    written += text;
  };
  const soon = AbortSignal.timeout(5000);
  const host: Host = {
    ...processHost,
    stdout: write,
    stderr: write,
    ...{ isErrorTerminal: false, isOutputTerminal: false, isInputTerminal: false },
    environment: {
      ...{ HOME: directory, APPCFG_HOME: join(directory, 'home'), APPCFG_CREDENTIAL_STORE: 'file', APPCFG_DEBUG: '1' },
      ...environment,
    },
    workingDirectory: directory,
    program: join(root, 'bin', 'run.js'),
    // Repetitions wait no time; what never ends is interrupted.
    clock: { ...processHost.clock, sleep: async () => {} },
    createBackend,
    readInput: async () => '',
    onInterrupt: (callback) => {
      soon.addEventListener('abort', () => callback('SIGINT'));
      return () => {};
    },
    exitNow: () => {},
  };
  await main(argv, { root, host, ignoresManifest: true });
  return written;
}

describe('a token', () => {
  it('is in no output of any command, by whatever way it came', { timeout: 240_000 }, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'appcfg-leaks-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    writeFileSync(join(directory, 'app.yaml'), 'application: shop\nversion: v1\nruntime: nodejs20\n');
    writeFileSync(join(directory, 'token.txt'), planted);
    const config = await loadConfig({ commands, root, ignoresManifest: true });
    const ids = config.commands.map(({ id }) => id).filter((id) => !local.includes(id));
    expect(ids.length).toBeGreaterThan(60);
    const guilty: string[] = [];
    for (const id of ids) {
      const words = [...id.split(':'), ...argumentsOf(config.findCommand(id, { must: true }).args)];
      const ways: readonly (readonly [Readonly<Record<string, string>>, readonly string[]])[] = [
        [{ APPCFG_TOKEN: planted, APPCFG_SERVER: server.url }, ['--yes']],
        [{ APPCFG_TOKEN: planted, APPCFG_SERVER: server.url }, ['--json', '--yes']],
        [{}, ['--server', server.url, '--token', planted, '--verbose', '--unknown-option']],
        [{}, [`--token=${planted}`, '--server', 'http://127.0.0.1:1', '--yes']],
      ];
      for (const [environment, more] of ways) {
        const written = await run(directory, environment, [...words, ...more]);
        if (written.includes(planted)) guilty.push(`${[...words, ...more].join(' ')}\n${written}`);
      }
    }
    const login = await run(directory, {}, ['login', server.url, '--token-file', 'token.txt']);
    if (login.includes(planted)) guilty.push(login);
    expect(guilty).toEqual([]);
    // The test would prove nothing if the token had gone nowhere.
    expect([...server.seen]).toContain(`Bearer ${planted}`);
  });
});

function argumentsOf(args: Readonly<Record<string, { readonly required?: boolean }>>): readonly string[] {
  return Object.values(args).flatMap(({ required }) => (required === true ? ['x'] : []));
}
