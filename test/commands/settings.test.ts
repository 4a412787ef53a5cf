import { expect, it } from 'vitest';
import { deploySample, openTerminal } from './terminal.ts';

const index = (kind: string) => `- kind: ${kind}\n  properties:\n  - name: a\n  - name: b\n`;

it('updates settings alone, from a directory or a file', async () => {
  const terminal = openTerminal();
  await deploySample(terminal);
  terminal.write('cron.yaml', 'cron:\n- description: daily\n  url: /daily\n  schedule: every day 09:00\n');
  expect((await terminal.run('update_cron', '.', '--dry-run')).stdout).toMatch(
    /^Would do \(nothing was changed\):\n {2}\S/,
  );
  expect((await terminal.run('update_cron', '.')).stdout).toBe(
    'Done: the cron jobs of application simple-sample are updated.\n',
  );
  expect((await terminal.run('update-cron', 'cron.yaml')).stdout).toBe(
    'The cron jobs of application simple-sample are up to date.\n',
  );
  terminal.write('queue.yaml', 'queue:\n- name: default\n  rate: 5/s\n');
  terminal.write('dos.yaml', 'blacklist:\n- subnet: 192.0.2.0/24\n');
  terminal.write('dispatch.yaml', 'dispatch:\n- url: "*/mobile/*"\n  module: mobile-frontend\n');
  for (const command of ['update_queues', 'update_dos', 'update_dispatch']) {
    expect(await terminal.run(command)).toMatchObject({ code: 0 });
  }
  const live = await terminal.backend.describe('simple-sample');
  expect(live?.settings).toMatchObject({
    cron: [{ url: '/daily' }],
    queues: { queues: [{ name: 'default' }] },
    dos: [{ subnet: '192.0.2.0/24' }],
    dispatch: [{ module: 'mobile-frontend' }],
  });
});

it('says which file is missing', async () => {
  const terminal = openTerminal();
  await deploySample(terminal);
  const { code, stderr } = await terminal.run('update_indexes', '.');
  expect(code).toBe(1);
  expect(stderr).toContain('index.yaml');
});

it('deletes indexes that index.yaml no longer names, asking for each', async () => {
  const terminal = openTerminal({ answer: false });
  await deploySample(terminal);
  terminal.write('index.yaml', `indexes:\n${index('Old')}${index('Kept')}`);
  await terminal.run('update_indexes', '.');
  terminal.write('index.yaml', `indexes:\n${index('Kept')}`);
  expect((await terminal.run('vacuum_indexes', '.')).stdout).toBe('No index was deleted.\n');
  expect(terminal.questions).toHaveLength(1);
  expect((await terminal.run('vacuum_indexes', '.', '--force')).stdout).toBe('Done: 1 index deleted.\n');
  const live = await terminal.backend.describe('simple-sample');
  expect(live?.settings.indexes.map((definition) => definition.kind)).toEqual(['Kept']);
});
