import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Home, newHome } from './program.ts';

interface Case {
  readonly problem: string;
  readonly reason: RegExp;
  readonly suggestion: RegExp;
  /** Shown below the error. */
  readonly printed?: string;
  readonly node: string;
  readonly python: string;
  /** Of the yaml file. */
  readonly yaml?: string;
}

const nodeServer = (listen: string) =>
  `require('node:http').createServer((_, response) => response.end('ok')).listen(${listen});\n`;
const pythonServer = (address: string) => `import os, http.server
http.server.HTTPServer((${address}), http.server.BaseHTTPRequestHandler).serve_forever()
`;

const cases: readonly Case[] = [
  {
    problem: 'exited',
    reason: /exited with code 3 before it listened on \$PORT/,
    suggestion: /appcfg dev/,
    printed: 'DATABASE_URL is not set',
    node: "console.error('DATABASE_URL is not set'); process.exit(3);\n",
    python: "import sys\nprint('DATABASE_URL is not set', file=sys.stderr)\nsys.exit(3)\n",
  },
  {
    problem: 'missing-dependency',
    reason: /exited with code 1 before it listened/,
    suggestion: /^Add not-there to|^Add not_there to requirements\.txt/,
    node: "require('not-there');\n",
    python: 'import not_there\n',
  },
  {
    problem: 'wrong-port',
    reason: /listens on port \d+ instead of \$PORT \(\d+\)/,
    suggestion: /process\.env\.PORT|os\.environ\['PORT'\]/,
    node: nodeServer("0, '127.0.0.1'"),
    python: pythonServer("'127.0.0.1', 0"),
  },
  {
    problem: 'other-address',
    reason: /listens on 127\.0\.0\.2:(\d+), not on 127\.0\.0\.1:\1/,
    suggestion: /0\.0\.0\.0/,
    node: nodeServer("Number(process.env.PORT), '127.0.0.2'"),
    python: pythonServer("'127.0.0.2', int(os.environ['PORT'])"),
  },
  {
    problem: 'out-of-memory',
    reason: /exceeded the memory limit of F1 \(384 MB\)/,
    suggestion: /instance_class: F2/,
    node: 'const kept = []; setInterval(() => kept.push(Buffer.alloc(48 << 20, 1)), 50);\n',
    python: "import time\nkept = []\nwhile True:\n    kept.append(b'x' * (48 << 20))\n    time.sleep(0.05)\n",
    yaml: 'instance_class: F1\n',
  },
  {
    problem: 'slow-start',
    reason: /does not listen on \$PORT \(\d+\) after 2 s/,
    suggestion: /app_start_timeout_sec/,
    node: 'setInterval(() => {}, 60_000);\n',
    python: 'import time\ntime.sleep(60)\n',
    yaml: 'env: flex\nreadiness_check:\n  app_start_timeout_sec: 2\n',
  },
];

const runtimes = [
  { runtime: 'nodejs20', file: 'server.js', command: 'node server.js', source: (one: Case) => one.node },
  { runtime: 'python312', file: 'server.py', command: 'python3 server.py', source: (one: Case) => one.python },
] as const;

const hasPython = (() => {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

function writeApplication(home: Home, id: string, one: Case, by: (typeof runtimes)[number]): string {
  const directory = join(home.directory, id);
  mkdirSync(directory);
  const flexible = one.yaml?.includes('env: flex') === true;
  const runtime = flexible ? by.runtime.replace(/\d+$/, '') : by.runtime;
  const yaml = `application: ${id}\nversion: v1\nruntime: ${runtime}\nentrypoint: ${by.command}\n${one.yaml ?? ''}`;
  writeFileSync(join(directory, 'app.yaml'), yaml);
  writeFileSync(join(directory, by.file), by.source(one));
  return directory;
}

interface Failed {
  readonly code: number | null;
  readonly error: {
    readonly code: string;
    readonly hints: readonly string[];
    readonly details: { readonly reason: string; readonly problem: string; readonly output: readonly string[] };
  };
}

describe('a failed deploy', () => {
  const attempts = runtimes
    .filter(({ runtime }) => runtime !== 'python312' || hasPython)
    .flatMap((by) => cases.map((one) => ({ by, one, id: `${by.runtime}-${one.problem}` })));
  const failures = new Map<string, Failed>();
  const cleanUps: (() => Promise<void>)[] = [];
  let home: Home;

  // All of them side by side: some take the ten seconds after which a wrong port is believed.
  beforeAll(async () => {
    home = newHome({}, (cleanUp) => void cleanUps.push(cleanUp));
    await home.run('platform', 'start');
    await Promise.all(
      attempts.map(async ({ by, one, id }) => {
        const { code, stdout } = await home.run('update', writeApplication(home, id, one, by), '--json');
        failures.set(id, { code, error: JSON.parse(stdout).error });
      }),
    );
  }, 180_000);
  afterAll(async () => {
    for (const cleanUp of cleanUps) await cleanUp();
  });

  it.each(attempts)('of $by.runtime says $one.problem, what was printed and one thing to try', ({ one, id }) => {
    const { code, error } = failures.get(id) ?? {};
    expect({ code, error: error?.code }).toEqual({ code: 1, error: 'instance.start-failed' });
    expect(error?.details.reason).toMatch(one.reason);
    expect(error?.details.problem).toBe(one.problem);
    expect(error?.hints).toEqual([expect.stringMatching(one.suggestion)]);
    if (one.printed !== undefined) expect(error?.details.output).toContain(one.printed);
  });

  it.each(attempts.filter(({ one }) => one.problem === 'exited'))('of $by.runtime is readable', async ({ id }) => {
    const { stderr } = await home.run('update', join(home.directory, id));
    expect(stderr).toContain('did not start: its instance: exited with code 3');
    expect(stderr).toContain('| DATABASE_URL is not set');
    expect(stderr).toMatch(/Hint: {2}Run it where you see everything it prints/);
  });
});
