/** The built program against the strict fake: what a person sees. */
import { describe, expect, it } from 'vitest';
import { googleProgram } from './program.ts';

const program = googleProgram();
const { appcfg, write } = program;

describe('appcfg --backend google', () => {
  it('says what Google refuses, with its place, before anything is sent', async () => {
    write(
      'old/app.yaml',
      'application: my-project\nversion: one\nruntime: python27\nthreadsafe: true\nhandlers:\n- url: /.*\n  script: main.app\n',
    );
    write('old/main.py', 'app = None\n');
    const before = program.fake.requests.length;
    const { code, stderr } = await appcfg('update', 'old');
    expect(code).toBe(1);
    expect(stderr).toMatch(/old\/app\.yaml:3:\d+/);
    expect(stderr).toContain('Google takes no deploys of python27 any more');
    expect(program.fake.requests.slice(before)).toEqual([]);
  });

  it('deploys, says in the plan what Google lacks, shows what is live, and rolls back', async () => {
    write('new/app.yaml', 'runtime: python312\nthreadsafe: true\nentrypoint: python main.py\n');
    write('new/api.yaml', 'runtime: python312\nmodule: api\nentrypoint: python main.py\n');
    write('new/main.py', '# one\n');
    const files = ['new/app.yaml', 'new/api.yaml'];
    const update = (version: string, ...more: readonly string[]) =>
      appcfg('update', '-A', 'my-project', '-V', version, '--promote', ...more, ...files);
    expect(await update('one')).toMatchObject({ code: 0 });
    write('new/main.py', '# two\n');
    const plan = await update('two', '--dry-run');
    expect(`${plan.stdout}${plan.stderr}`).toContain('Google moves the traffic of each module by itself');
    expect(await update('two')).toMatchObject({ code: 0 });
    const split = () => program.fake.admin.applications.get('my-project')?.services.get('api')?.split.allocations;
    expect(split()).toEqual({ two: 1 });
    const status = await appcfg('status', '-A', 'my-project', '--json');
    expect(JSON.parse(status.stdout)).toMatchObject({ applications: [{ application: 'my-project' }] });
    expect(await appcfg('rollback', '-A', 'my-project', '--yes')).toMatchObject({ code: 0 });
    expect(split()).toEqual({ one: 1 });
  });

  it('shows why a version did not come up', async () => {
    write('new/main.py', '# three\n');
    program.fake.admin.failures.set('default:three', {
      code: 9,
      message: 'Application startup error! Code: APP_CONTAINER_CRASHED',
    });
    const { code, stderr } = await appcfg('update', '-A', 'my-project', '-V', 'three', 'new/app.yaml');
    expect(code).toBe(1);
    expect(stderr).toContain('creating default:three failed: Application startup error!');
    expect(stderr).toContain('does not listen on $PORT');
  });
});
