import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { UsageReport } from '../../src/model/usage.ts';
import { eventually, get, newHome } from './program.ts';

it('usage outlives a platform that is killed, and the tail of its instances is counted', async () => {
  const home = newHome({ APPCFG_ISOLATION: 'none' });
  const directory = join(home.directory, 'app');
  mkdirSync(directory);
  writeFileSync(
    join(directory, 'app.yaml'),
    'application: metered\nversion: v1\nruntime: nodejs20\nentrypoint: node server.js\nmanual_scaling:\n  instances: 2\n',
  );
  writeFileSync(
    join(directory, 'server.js'),
    `require('node:http').createServer((q, s) => s.end('hello')).listen(process.env.PORT, '127.0.0.1');\n`,
  );
  const { url } = await home.json<{ url: string }>('update', directory);
  expect((await get(url)).body).toBe('hello');
  const before = await home.json<UsageReport>('usage', '-A', 'metered');
  expect(before.days[0]).toMatchObject({ responseBytes: 5, instances: [{ module: 'default', instanceClass: 'B2' }] });
  await home.json('stop', '-A', 'metered', '-M', 'default', '-V', 'v1');

  const pid = home.daemon()?.pid ?? 0;
  process.kill(pid, 'SIGKILL');
  await eventually('the platform is gone', async () => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  });
  const after = await home.json<UsageReport>('usage', '-A', 'metered');
  expect(home.daemon()?.pid).not.toBe(pid);
  expect(after.days[0]?.responseBytes).toBe(5);
  const [hoursBefore, hoursAfter] = [before, after].map(({ days }) => days[0]?.backendHours ?? 0);
  expect(hoursAfter).toBeGreaterThanOrEqual(hoursBefore ?? 1);
  // Nothing runs any more: what is still counted is the tail.
  await eventually('the tail goes on', async () => {
    const { days } = await home.json<UsageReport>('usage', '-A', 'metered');
    return (days[0]?.backendHours ?? 0) > (hoursAfter ?? 1);
  });
});
