/** Walks a document as its reader would: every line of its `sh` blocks is run, one after the other. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { eventually, type Home, root } from './program.ts';

export interface Step {
  readonly line: string;
  readonly stdout: string;
}

/** Lines of the `sh` blocks, without comments and empty ones. */
export function shellLines(document: string): readonly string[] {
  const text = readFileSync(join(root, document), 'utf8');
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map((match) => match[1] ?? '');
  return blocks
    .flatMap((block) => block.split('\n'))
    .map((line) => line.replace(/(^|\s+)#\s.*$/, '').trim())
    .filter((line) => line !== '');
}

/** What runs until somebody ends it, and what it prints when it is there. */
const endless: readonly (readonly [RegExp, RegExp])[] = [
  [/^appcfg dev\b/, /Ctrl-C ends everything/],
  [/^appcfg platform run\b/, /The platform is running/],
  [/^appcfg logs .*--follow/, /GET \//],
];

/** Steps of whoever works on appcfg itself; this test is one of them. */
const skipped = /^(npm (ci|test|run check)\b|alias appcfg=)/;

/** Fails at the first line that does not end well. */
export async function walk(document: string, home: Home): Promise<readonly Step[]> {
  const environment = prepare(home);
  let directory = join(home.directory, 'work');
  const steps: Step[] = [];
  for (const written of shellLines(document)) {
    if (skipped.test(written)) continue;
    const line = adapted(written, home);
    const [, exported] = /^export (.*)$/.exec(line) ?? [];
    const [, entered] = /^cd (\S+)$/.exec(line) ?? [];
    if (entered !== undefined) {
      directory = resolve(directory, entered);
      continue;
    }
    const before = environment.exports;
    if (exported !== undefined) environment.exports = `${before}${line}\n`;
    const assignment = /^(\w+)=\$\(.*\)$/.exec(line)?.[1];
    // What a line sets, the next ones see.
    const script = assignment === undefined ? line : `${line}; printf 'set %s\\n' "$${assignment}" >&2`;
    const stop = endless.find(([command]) => command.test(line))?.[1];
    const child = spawn('bash', ['-c', `set -e\n${before}${stop === undefined ? '' : 'exec '}${script}`], {
      cwd: directory,
      env: environment.variables,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { code, stdout, stderr } = await finished(child, stop);
    if (code !== 0) throw new Error(`${document}: "${line}" ended with ${code}\n${stdout}\n${stderr}`);
    const value = assignment === undefined ? undefined : /^set (.*)$/m.exec(stderr)?.[1];
    if (value !== undefined) environment.exports += `${assignment}='${value}'\n`;
    steps.push({ line: written, stdout });
  }
  return steps;
}

/** The package's examples, and appcfg on PATH. */
function prepare(home: Home) {
  const work = join(home.directory, 'work');
  const programs = join(home.directory, 'programs');
  mkdirSync(work);
  mkdirSync(programs);
  cpSync(join(root, 'examples'), join(work, 'examples'), { recursive: true });
  const appcfg = join(programs, 'appcfg');
  writeFileSync(appcfg, `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'bin', 'run.js')}" "$@"\n`);
  chmodSync(appcfg, 0o755);
  const variables = {
    ...home.environment,
    PATH: `${programs}:${process.env.PATH}`,
    CI: '1',
  };
  return { variables, exports: '' };
}

/** The demo without building, and the port that the platform of this test has. */
function adapted(line: string, home: Home): string {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const demo = scripts.demo?.replace(/^.*node bin\/run\.js/, 'appcfg') ?? '';
  const port = home.daemon()?.routerPort;
  const own = line === 'npm run demo' ? demo : line.replace(/--(control-)?port \d+/g, '--$1port 0');
  const isDevelopment = own.startsWith('appcfg dev') && !own.includes('--port');
  const chosen = isDevelopment ? `${own} --port 0` : own;
  return port === undefined ? chosen : chosen.replaceAll(/localhost:8080/g, `localhost:${port}`);
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function finished(child: ChildProcess, until: RegExp | undefined): Promise<Ended> {
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.on('data', (chunk: Buffer) => {
      output[stream] += chunk.toString();
    });
  }
  const code = new Promise<number | null>((done) => child.once('close', done));
  if (until !== undefined) {
    const isThere = () => until.test(output.stdout) || child.exitCode !== null;
    await eventually(`${until} in the output`, isThere).finally(() => child.kill('SIGINT'));
  }
  return { code: await code, ...output };
}
