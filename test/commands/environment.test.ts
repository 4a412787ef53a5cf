/** `--env`, `--env-file` and what `${NAME}` in a yaml file takes from them. */
import { describe, expect, it } from 'vitest';
import { openTerminal } from './terminal.ts';

function opened(environment: Readonly<Record<string, string>> = {}) {
  const terminal = openTerminal({ environment });
  terminal.write(
    'app.yaml',
    `application: shop\nversion: uno\nruntime: python27\nthreadsafe: true\nenv_variables:\n  URL: 'db://\${HOST}/\${NAME:-main}'\n  MODE: plain\nhandlers:\n- url: /.*\n  script: main.app\n`,
  );
  terminal.write('main.py', '');
  return terminal;
}

async function variablesOf(terminal: ReturnType<typeof openTerminal>) {
  return (await terminal.backend.describe('shop'))?.modules[0]?.versions[0]?.spec.environmentVariables;
}

describe('environment variables of a deploy', () => {
  it('come from --env over --env-file over the yaml file, and fill its references', async () => {
    const terminal = opened({ TOKEN: 'from outside' });
    terminal.write('.env', '# of the shop\nHOST=one\nexport MODE="two lines\nof it"\nEXTRA=file\n');
    const run = await terminal.run(
      ...['update', 'app.yaml', '--env-file', '.env', '--env', 'EXTRA=flag', '--env', 'TOKEN', '--env', 'HOST=two=2'],
    );
    expect(run).toMatchObject({ code: 0 });
    expect(await variablesOf(terminal)).toEqual({
      URL: 'db://two=2/main',
      HOST: 'two=2',
      MODE: 'two lines\nof it',
      EXTRA: 'flag',
      TOKEN: 'from outside',
    });
  });

  it('may be in the environment of the command, for references only', async () => {
    const terminal = opened({ HOST: 'ci', OTHER: 'x' });
    expect(await terminal.run('deploy', 'app.yaml', '--yes')).toMatchObject({ code: 0 });
    expect(await variablesOf(terminal)).toEqual({ URL: 'db://ci/main', MODE: 'plain' });
  });

  it('that are missing stop the deploy with the place of the reference', async () => {
    const terminal = opened();
    const { code, stderr } = await terminal.run('update', 'app.yaml');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^app\.yaml:6:14: error: The variable HOST is not set, and env_variables\.URL needs it\./m);
    expect(stderr).toContain('--env HOST=VALUE');
    expect(await terminal.backend.describe('shop')).toBeUndefined();
  });

  it.each([
    [['--env', '1BAD=secret'], '--env can\'t be "1BAD="; expected NAME=VALUE'],
    [['--env', 'NOWHERE'], 'NOWHERE is not set'],
    [['--env-file', 'none.env'], "none.env can't be read"],
    [['--env-file', 'bad.env'], 'bad.env:2:1: '],
    [['--env-file', 'name.env'], 'name.env:1:1: a name must be'],
  ])('%j is misuse', async (flags, message) => {
    const terminal = opened({ HOST: 'x' });
    terminal.write('bad.env', 'A=1\nsecret secret\nB=2\n');
    terminal.write('name.env', '1A=secret\n');
    const { code, stderr } = await terminal.run('update', 'app.yaml', ...flags);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('secret');
  });
});
