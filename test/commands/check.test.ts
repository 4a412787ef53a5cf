/** `check --for`: what differs at Google or on the platform, each with its line. */
import { describe, expect, it } from 'vitest';
import { deploySample, openTerminal } from './terminal.ts';

interface Check {
  readonly isDeployable: boolean;
  readonly diagnostics: readonly {
    severity: string;
    code: string;
    file: string;
    line: number;
    path: string;
    message: string;
  }[];
  readonly files: readonly { path: string; reason: string }[];
}

function withFile(text: string, file = 'app.yaml') {
  const terminal = openTerminal();
  terminal.write(file, text);
  return terminal;
}

async function found(terminal: ReturnType<typeof openTerminal>, target: string, ...paths: string[]) {
  const check = JSON.parse((await terminal.run('check', '--for', target, ...paths, '--json')).stdout) as Check;
  const lines = check.diagnostics.map(({ severity, file, line, path }) => `${severity} ${file}:${line} ${path}`);
  return { ...check, lines };
}

describe('check --for google', () => {
  it('names what gcloud and Google refuse of a later runtime, with places', async () => {
    const terminal = withFile(
      'application: shop\nversion: uno\nruntime: python312\nthreadsafe: true\nsession_affinity: true\nskip_files: ^x$\nenv_variables:\n  A: ${' +
        'HOST}\nhandlers:\n- url: /admin\n  script: main.app\n  login: admin\n- url: /s\n  static_dir: s\n  application_readable: true\n',
    );
    const { lines, isDeployable } = await found(terminal, 'google');
    expect(isDeployable).toBe(false);
    expect(lines).toEqual(
      expect.arrayContaining([
        'error app.yaml:1 application',
        'warning app.yaml:2 version',
        'warning app.yaml:4 threadsafe',
        'warning app.yaml:5 session_affinity',
        'warning app.yaml:6 skip_files',
        'warning app.yaml:8 env_variables.A',
        'error app.yaml:11 handlers[0].script',
        'error app.yaml:12 handlers[0].login',
        'warning app.yaml:15 handlers[1].application_readable',
      ]),
    );
  });

  it.each([
    ['runtime: python27\nthreadsafe: true\n', 'takes no deploys of python27 any more'],
    ['runtime: static\n', 'no runtime "static"'],
    ['runtime: nodejs\n', 'nodejs22'],
    ['runtime: python3\n', 'python312'],
    ['runtime: python\nenv: flex\nbasic_scaling:\n  max_instances: 1\n', 'no basic scaling'],
    ['runtime: nodejs22\napp_engine_apis: true\n', 'no bundled services for nodejs22'],
  ])('%j is refused', async (text, message) => {
    const terminal = withFile(text);
    const { code, stdout } = await terminal.run('check', '--for', 'google');
    expect(code).toBe(1);
    expect(stdout).toContain(message);
    expect(stdout).toContain("Not deployable to Google's App Engine");
  });

  it('says nothing of keys that only the command line has', async () => {
    const terminal = withFile('runtime: python312\n');
    const { code, stdout } = await terminal.run('check', '--for', 'google', '-A', 'my-shop', '-V', 'two');
    expect(code).toBe(0);
    expect(stdout).not.toContain('is refused by gcloud');
  });

  it('finds nothing in a file that is right there', async () => {
    const terminal = withFile('runtime: python312\ninstance_class: F2\nhandlers:\n- url: /.*\n  script: auto\n');
    const { code, stdout } = await terminal.run('check', '--for', 'google');
    expect(code).toBe(0);
    expect(stdout).toBe("Deployable to Google's App Engine, with nothing that differs.\n");
  });

  it('counts and weighs the files', async () => {
    const terminal = withFile('runtime: python312\n');
    terminal.write('big.bin', 'x'.repeat(33 * 1024 * 1024));
    const { files, isDeployable } = await found(terminal, 'google');
    expect(isDeployable).toBe(false);
    expect(files).toMatchObject([{ path: 'big.bin' }]);
    expect((await found(terminal, 'platform')).files).toEqual([]);
  });

  it('looks at settings too', async () => {
    const terminal = withFile('runtime: python312\n');
    terminal.write('dos.yaml', 'blacklist:\n- subnet: 192.0.2.1\n');
    terminal.write('queue.yaml', 'queue:\n- name: p\n  mode: pull\n');
    const { lines } = await found(terminal, 'google', 'app.yaml', 'dos.yaml', 'queue.yaml');
    expect(lines).toEqual(
      expect.arrayContaining(['warning dos.yaml:1 blacklist', 'warning queue.yaml:3 queue[0].mode']),
    );
  });
});

describe('check --for platform', () => {
  it('names what has no effect there, and what can not run', async () => {
    const terminal = withFile(
      'runtime: custom\nenv: flex\nresources:\n  cpu: 2\nnetwork:\n  forwarded_ports: ["80"]\n  session_affinity: true\nhealth_check:\n  host: a\nliveness_check:\n  path: /l\n',
    );
    const { lines, isDeployable } = await found(terminal, 'platform');
    expect(isDeployable).toBe(false);
    expect(lines).toEqual(
      expect.arrayContaining([
        'error app.yaml:1 runtime',
        'warning app.yaml:3 resources',
        'warning app.yaml:6 network.forwarded_ports',
        'warning app.yaml:8 health_check',
      ]),
    );
    expect(lines.join()).not.toContain('liveness_check');
    expect(lines.join()).not.toContain('session_affinity');
  });

  it('says which bundled services are not there', async () => {
    const terminal = withFile('runtime: python312\napp_engine_bundled_services: [taskqueue, datastore_v3]\n');
    terminal.write('index.yaml', 'indexes:\n- kind: A\n  properties:\n  - name: b\n  - name: c\n');
    const { lines, isDeployable } = await found(terminal, 'platform', 'app.yaml', 'index.yaml');
    expect(isDeployable).toBe(true);
    expect(lines).toEqual(['warning app.yaml:2 app_engine_bundled_services[1]', 'warning index.yaml:1 indexes']);
  });

  it('takes the sample as it is', async () => {
    const terminal = openTerminal();
    await deploySample(terminal);
    expect((await terminal.run('check', '--for', 'platform', '--all-modules')).code).toBe(0);
  });

  it('says first what is wrong everywhere', async () => {
    const terminal = withFile('runtime: python312\nnonsense: 1\n');
    const { code, stdout } = await terminal.run('check', '--for', 'platform');
    expect(code).toBe(1);
    expect(stdout).toContain('nonsense');
  });
});
