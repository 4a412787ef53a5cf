/** The built program, killed in the middle of a deploy that names no version: the same command goes on with it. */
import { describe, expect, it } from 'vitest';
import { googleProgram } from './program.ts';

const program = googleProgram();

function modulesOf(application: string): readonly (readonly [string, readonly string[]])[] {
  const services = program.fake.admin.applications.get(application)?.services ?? new Map();
  return [...services].map(([name, { versions, split }]) => [name, [...versions.keys(), split.allocations]] as const);
}

function creationsOf(application: string): readonly string[] {
  return program.fake.operations
    .of(application)
    .filter(({ metadata }) => metadata.method.endsWith('.CreateVersion'))
    .map(({ metadata }) => metadata.target);
}

/** Until the journal in the bucket says that the api module is being made. */
async function untilHalfDone(application: string): Promise<void> {
  const { storage } = program.fake;
  const journal = () =>
    storage.buckets.get(`staging.${application}.appspot.com`)?.get('appcfg/journal.json')?.bytes.toString() ?? '';
  await expect.poll(() => /"create api:[^"]+":"apps/.test(journal()), { timeout: 20_000 }).toBe(true);
}

describe('a deploy that is ended half-way', () => {
  it.each([
    ['SIGKILL', 'the version that it had made up', []],
    ['SIGINT', 'the version that is named', ['-V', 'two']],
  ] as const)(
    'by %s is gone on with by the same command, under %s',
    async (signal, _which, flags) => {
      const application = `half-${signal.toLowerCase()}`;
      program.write('app/app.yaml', 'runtime: python312\nentrypoint: python main.py\n');
      program.write('app/api.yaml', 'runtime: python312\nmodule: api\nentrypoint: python main.py\n');
      program.write('app/main.py', '# one\n');
      const command = ['deploy', '-A', application, '--yes', ...flags, 'app/app.yaml', 'app/api.yaml'];
      program.fake.operations.latencyMs = (method, target) =>
        method === 'Versions.CreateVersion' && target.startsWith('services/api') ? 3000 : 0;
      const { child, finished } = program.start(...command);
      await untilHalfDone(application);
      child.kill(signal);
      expect((await finished).code).not.toBe(0);
      const [first, ...others] = creationsOf(application);
      const version = first?.split('/').at(-1) ?? '';
      expect(others).toEqual([`apps/${application}/services/api/versions/${version}`]);
      // Made up from the time: in the same second it would be the same by chance.
      await expect.poll(() => new Date().getSeconds() !== Number(version.slice(-2)), { timeout: 5000 }).toBe(true);
      const again = await program.appcfg(...command);
      expect(again, again.stderr).toMatchObject({ code: 0 });
      if (flags.length === 0) expect(again.stderr).toContain(`it goes on as version ${version}`);
      expect(creationsOf(application)).toHaveLength(2);
      expect(modulesOf(application)).toEqual([
        ['default', [version, { [version]: 1 }]],
        ['api', [version, { [version]: 1 }]],
      ]);
    },
    60_000,
  );
});
