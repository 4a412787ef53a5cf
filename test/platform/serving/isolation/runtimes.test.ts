/** Programs of every language run at every level as they do without one. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scriptHandler } from '../../runtimes/fixture-app.ts';
import { hasTool, works } from '../../runtimes/tools.ts';
import { writeWheel } from '../../runtimes/wheel.ts';
import { automatic, fetchFrom } from '../serving-rig.ts';
import { createIsolatedRig, type IsolatedRig, type Placed, possibleLevels } from './isolated-rig.ts';

const levels = (await possibleLevels()).filter((level) => level !== 'none');
const cache = mkdtempSync(join(tmpdir(), 'appcfg-builds-'));
afterAll(() => rmSync(cache, { recursive: true, force: true }));
const hasPip = await works('/usr/bin/python3', '-m', 'pip', '--version');

interface Case {
  readonly name: string;
  readonly isMissing?: boolean;
  /** Name of a fixture, or makes a directory. */
  readonly app: string | (() => string);
  readonly spec: Omit<Placed, 'scaling'> & { readonly runtime: string };
  readonly path?: string;
  readonly answer: RegExp;
}

const cases: readonly Case[] = [
  {
    name: 'python27: our launcher',
    isMissing: !hasTool('python3'),
    app: 'python27-probe',
    spec: { runtime: 'python27', handlers: [scriptHandler('/.*', 'main.app')] },
    path: '/version',
    answer: /^\[[23], \d+\]$/,
  },
  {
    name: 'python27: CGI',
    isMissing: !hasTool('python3'),
    app: 'python27-cgi',
    spec: { runtime: 'python27', isThreadsafe: false, handlers: [scriptHandler('/.*', 'form.py')] },
    answer: /^__main__ GET/,
  },
  {
    name: 'python3: what is found to serve main:app',
    isMissing: !hasTool('python3'),
    app: 'python3-environment',
    spec: { runtime: 'python3' },
    answer: /"GAE_RUNTIME": "python3"/,
  },
  {
    name: 'python3: gunicorn by an entrypoint',
    isMissing: !(await works('/usr/bin/python3', '-c', 'import gunicorn')),
    app: 'python3-environment',
    spec: { runtime: 'python3', entrypoint: '/usr/bin/python3 -m gunicorn -w 2 -b 127.0.0.1:$PORT main:app' },
    answer: /gunicorn/,
  },
  {
    name: 'python3: installed requirements and their commands',
    isMissing: !hasPip,
    app: pythonPackages,
    spec: { runtime: 'python3' },
    answer: /^vendored from the command$/m,
  },
  {
    name: 'nodejs: what main names',
    app: 'nodejs-main',
    spec: { runtime: 'nodejs' },
    answer: /"NODE_ENV":"production"/,
  },
  {
    name: 'nodejs: installed packages, in a directory of links',
    isMissing: !hasTool('npm'),
    app: 'nodejs-packages',
    spec: { runtime: 'nodejs' },
    answer: /"answer":42/,
  },
  {
    name: 'java: a jar',
    isMissing: !hasTool('javac') || !hasTool('jar'),
    app: javaJar,
    spec: { runtime: 'java17' },
    answer: /^\d+ my-module$/,
  },
  { name: 'go', isMissing: !hasTool('go'), app: goProgram, spec: { runtime: 'go122' }, answer: /^from go$/ },
  { name: 'php', isMissing: !hasTool('php'), app: phpPage, spec: { runtime: 'php82' }, answer: /^from php$/ },
  {
    name: 'custom: an entrypoint of several commands, on the disk of the flexible environment',
    app: 'custom-entrypoint',
    spec: {
      runtime: 'custom',
      environment: 'flexible',
      entrypoint: 'echo here >$TMPDIR/x && cd sub && NAME=$(cat $TMPDIR/x) node server.cjs $PORT',
    },
    answer: /"NAME":"here"/,
  },
];

describe.each(levels)('at level %s', (level) => {
  let rig: IsolatedRig;
  beforeAll(async () => {
    rig = await createIsolatedRig(level, { hasRealRuntimes: true, cache });
  });
  afterAll(() => rig.end());

  describe.each(cases)('$name', ({ isMissing, app, spec, path, answer }) => {
    it.skipIf(isMissing)('runs', async () => {
      const desired = rig.place(typeof app === 'string' ? app : made(app), {
        ...{ scaling: automatic(), instanceClass: 'F4' },
        ...spec,
      });
      await rig.prepare(desired);
      expect((await fetchFrom(rig, desired, path)).body).toMatch(answer);
      expect(rig.engine.instances().every((instance) => instance.isolation === level)).toBe(true);
      await rig.engine.abandon(desired.deployment.deploymentId);
    });
  });
});

/** Once for all levels, so that it is also built once. */
function made(make: () => string): string {
  const directory = directories.get(make) ?? make();
  directories.set(make, directory);
  return directory;
}
const directories = new Map<() => string, string>();

function newDirectory(): string {
  return mkdtempSync(join(cache, 'app-'));
}

function pythonPackages(): string {
  const directory = newDirectory();
  cpSync('test/fixtures/apps/python3-packages', directory, { recursive: true });
  writeWheel({
    directory: join(directory, 'wheels'),
    name: 'tiny_package',
    files: { 'tiny_package/__init__.py': "NAME = 'vendored'\n\n\ndef command():\n    print('from the command')\n" },
    commands: { 'tiny-command': 'tiny_package:command' },
  });
  return directory;
}

function javaJar(): string {
  const directory = newDirectory();
  const classes = newDirectory();
  execFileSync('javac', ['-d', classes, 'test/fixtures/apps/java-jar/Main.java']);
  const jar = join(directory, 'app.jar');
  execFileSync('jar', ['--create', '--file', jar, '--main-class', 'Main', '-C', classes, '.']);
  return directory;
}

function goProgram(): string {
  const directory = newDirectory();
  writeFileSync(join(directory, 'go.mod'), 'module example.com/hello\n\ngo 1.19\n');
  writeFileSync(
    join(directory, 'main.go'),
    'package main\n\nimport ("net/http"; "os")\n\nfunc main() {\n\thttp.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("from go")) })\n\thttp.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil)\n}\n',
  );
  return directory;
}

function phpPage(): string {
  const directory = newDirectory();
  writeFileSync(join(directory, 'index.php'), '<?php echo "from php";');
  return directory;
}
