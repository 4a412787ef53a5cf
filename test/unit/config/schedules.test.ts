/** Schedules of cron.yaml that App Engine refuses are findings; those it takes are not. */
import { expect, it } from 'vitest';
import { parseSettingsFile } from '../../../src/config/settings/settings-file.ts';

const fileWith = (schedule: string) => `cron:\n- url: /x\n  schedule: '${schedule}'\n`;
const findings = (schedule: string) => parseSettingsFile('cron', fileWith(schedule), 'cron.yaml').diagnostics;

it.each([
  'every 5 minutes',
  'every 12 hours from 10:00 to 10:00',
  'every 2 hours synchronized',
  '1st,3rd monday,tuesday of month 17:00',
  '1,15 of month 10:00',
  'every5minutes',
])('takes %s', (schedule) => {
  expect(findings(schedule)).toEqual([]);
});

it.each([
  'every 1 minute',
  'every 0 minutes',
  'every 7 hours synchronized',
  'every day',
  'every Monday 09:00',
  'monday 09:00',
  'every sept 10:00',
  '6th monday 10:00',
  '1st of month 10:00',
  '31 of feb 10:00',
  'every tuesday 09:00 America/New_York',
])('refuses %s', (schedule) => {
  const [finding, ...more] = findings(schedule);
  expect(more).toEqual([]);
  expect(finding).toMatchObject({ severity: 'error', code: 'bad-value', line: 3, path: 'cron[0].schedule' });
  // Inside the quotes, at the word that is wrong.
  expect(finding?.column).toBeGreaterThanOrEqual(13);
});
