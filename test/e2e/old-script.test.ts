/** A deploy script written for the original, in which nothing but the program's name was changed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { copyExample, get, newHome, root } from './program.ts';

const files = {
  'cron.yaml': 'cron:\n- description: daily\n  url: /daily\n  schedule: every day 09:00\n',
  'queue.yaml': 'queue:\n- name: default\n  rate: 5/s\n',
  'index.yaml': 'indexes:\n- kind: Cat\n  properties:\n  - name: name\n  - name: age\n    direction: desc\n',
  'dispatch.yaml': "application: simple-sample\ndispatch:\n- url: '*/mobile/*'\n  module: mobile-frontend\n",
  'dos.yaml': 'blacklist:\n- subnet: 192.0.2.0/24\n',
};

const script = `
set -e
APP=simple-sample
AUTH="--oauth2 --oauth2_refresh_token=secret -e me@example.com --no_cookies --skip_sdk_update_check"
appcfg.py $AUTH update app.yaml mobile-frontend.yaml my-module.yaml
appcfg.py $AUTH --noisy update . --no_precompilation --no_usage_reporting
for what in cron queues indexes dispatch dos; do appcfg.py $AUTH update_$what .; done
appcfg.py -A $APP list_versions
appcfg.py cron_info . --num_runs=2
appcfg.py resource_limits_info .
appcfg.py $AUTH -A $APP -V dos -E STAGE:prod update app.yaml
appcfg.py set_default_version . -V dos
appcfg.py --version=dos --application=$APP --module=default set_default_version
appcfg.py stop_module_version my-module.yaml
appcfg.py start_module_version -A $APP -M my-module -V uno
appcfg.py request_logs . requests.log --num_days=1 --severity=0 --include_vhost
appcfg.py -V uno -A $APP -M my-module request_logs -a module.log
appcfg.py download_app -A $APP -V dos copy
appcfg.py vacuum_indexes . --force
appcfg.py delete_version -A $APP -M my-module -V uno
appcfg.py delete_version -A $APP -V uno
echo all done
`;

it('runs to its end, and does what it did', async () => {
  const home = newHome();
  const directory = copyExample(home, 'simple-sample');
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
  const program = `appcfg() { "${process.execPath}" "${join(root, 'bin', 'run.js')}" "$@"; }\n`;
  const child = spawn('sh', ['-c', program + script.replaceAll('appcfg.py', 'appcfg')], {
    cwd: directory,
    env: home.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const [code] = await once(child, 'close');
  expect(code, output).toBe(0);
  expect(output).toMatch(/all done\n$/);
  expect(output).not.toMatch(/secret|me@example\.com/);
  const live = await home.json<{ modules: { name: string; url: string; traffic: object }[]; settings: object }>(
    'describe',
    '-A',
    'simple-sample',
  );
  expect(live.modules.map(({ name, traffic }) => [name, traffic])).toEqual([
    ['default', { shardBy: 'ip', allocations: { dos: 1 } }],
    ['mobile-frontend', { shardBy: 'ip', allocations: { uno: 1 } }],
  ]);
  expect(live.settings).toMatchObject({
    cron: [{ url: '/daily' }],
    queues: { queues: [{ name: 'default' }] },
    indexes: [{ kind: 'Cat' }],
    dispatch: [{ module: 'mobile-frontend' }],
    dos: [{ subnet: '192.0.2.0/24' }],
  });
  expect((await get(live.modules[0]?.url ?? '')).body).toContain('version=dos');
  expect(readFileSync(join(directory, 'module.log'), 'utf8')).toContain('"GET /_ah/start HTTP/1.1" 200 ');
  expect(existsSync(join(directory, 'requests.log'))).toBe(true);
  expect(existsSync(join(directory, 'copy', 'main.py'))).toBe(true);
});
