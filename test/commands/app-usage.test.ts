import { describe, expect, it } from 'vitest';
import type { UsageName, UsageReport } from '../../src/model/usage.ts';
import { deploySample, openTerminal, type Terminal } from './terminal.ts';

const HOUR = 3_600_000;
const app = ['-A', 'simple-sample'];

/** The terminal's clock stands at 2026-01-01. */
async function used(amounts: readonly (readonly [day: string, name: UsageName, amount: number])[]): Promise<Terminal> {
  const terminal = openTerminal();
  await deploySample(terminal);
  for (const [day, name, amount] of amounts) {
    terminal.backend.recordUsage({ application: 'simple-sample', day, name, amount });
  }
  return terminal;
}

const twoDays = () =>
  used([
    ['2026-01-01', 'instance-ms:default:F1', 3 * HOUR],
    ['2026-01-01', 'instance-ms:default:F4', 2 * HOUR],
    ['2026-01-01', 'instance-ms:my-module:B4_1G', 5 * HOUR],
    ['2026-01-01', 'response-bytes', 2_500_000_000],
    ['2026-01-01', 'socket-bytes-sent', 500_000_000],
    ['2025-12-31', 'instance-ms:default:F1', 30 * HOUR],
    ['2025-11-30', 'instance-ms:default:F1', HOUR],
  ]);

describe('usage', () => {
  it('shows the hours of each module and class, in multiples of F1 and B1, and what they cost', async () => {
    const { stdout } = await (await twoDays()).run('usage', ...app);
    expect(stdout.split('\n').map((line) => line.trimEnd())).toEqual([
      'simple-sample, profile paid-us',
      '',
      'DAY                  MODULE     CLASS  INSTANCE HOURS  BILLED AS',
      '2026-01-01 (so far)  default    F1               3.00    3.00 F1',
      '                     default    F4               2.00    8.00 F1',
      '                     my-module  B4_1G            5.00   30.00 B1',
      '',
      'DAY                  F1 HOURS (28 FREE)  B1 HOURS (8 FREE)  OUTGOING (1 GB FREE)  ESTIMATED COST',
      '2026-01-01 (so far)               11.00              30.00                3.0 GB           $1.34',
      '',
      'Prices beyond what is free each day: $0.05 an F1 hour, $0.05 a B1 hour, $0.12 a GB.',
      '',
    ]);
  });

  it('adds days up, each with its own free share', async () => {
    const terminal = await twoDays();
    const { stdout } = await terminal.run('usage', ...app, '--days', '2');
    expect(stdout).toMatch(/2025-12-31 +30\.00 +0\.00 +0 B +\$0\.10\ntotal +41\.00 +30\.00 +3\.0 GB +\$1\.44/);
    expect((await terminal.run('usage', ...app, '--since', '2025-11-30')).stdout).toContain('total');
  });

  it('prints the same as JSON', async () => {
    const report = await (await twoDays()).json<UsageReport>('usage', ...app, '--days', '2');
    expect(report).toMatchObject({
      application: 'simple-sample',
      profile: 'paid-us',
      today: '2026-01-01',
      prices: { frontendHour: 0.05, backendHour: 0.05, freeFrontendHours: 28, freeBackendHours: 8 },
    });
    expect(report.days.map(({ day }) => day)).toEqual(['2026-01-01', '2025-12-31']);
    expect(report.days[0]).toMatchObject({
      frontendHours: 11,
      backendHours: 30,
      outgoingBytes: 3e9,
      responseBytes: 2.5e9,
      socketBytesSent: 5e8,
      instances: [
        { module: 'default', instanceClass: 'F1', hours: 3, billedHours: 3 },
        { module: 'default', instanceClass: 'F4', hours: 2, billedHours: 8 },
        { module: 'my-module', instanceClass: 'B4_1G', hours: 5, billedHours: 30 },
      ],
    });
    expect(report.days[0]?.estimatedCost.total).toBeCloseTo(22 * 0.05 + 2 * 0.12, 10);
  });

  it('costs nothing on the free profile, and says when it is used up', async () => {
    const terminal = await twoDays();
    await terminal.run('set-profile', 'free', ...app);
    const { stdout } = await terminal.run('usage', ...app);
    expect(stdout).toContain('B1 HOURS OF 8');
    expect(stdout).toContain('$0.00');
    expect(stdout).toContain("Today's free hours are used up");
    expect(stdout).toContain('appcfg set-profile paid-us -A simple-sample');
  });

  it('says when there is nothing, and refuses what is no time', async () => {
    const terminal = await used([]);
    expect((await terminal.run('usage', ...app)).stdout).toContain('Nothing was used in this time.');
    for (const argv of [
      ['--days', '0'],
      ['--days', '401'],
      ['--since', 'monday'],
      ['--since', '2026-02-31'],
    ]) {
      const { code, stderr } = await terminal.run('usage', ...app, ...argv);
      expect({ argv, code }).toEqual({ argv, code: 2 });
      expect(stderr).toMatch(/^Error: /);
    }
    expect((await terminal.run('usage', ...app, '--days', '2', '--since', '2026-01-01')).code).toBe(2);
    expect((await terminal.run('usage', '-A', 'nowhere')).stderr).toContain('nowhere');
  });
});
