import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { boundOwnLog } from '../../../../src/platform/logs/own-log.ts';
import { createFakeClock } from '../../../fake-clock.ts';
import { temporaryDirectory } from '../../../platform/temporary-directory.ts';

it('begins anew when it is full, and keeps what was there', async () => {
  const file = join(temporaryDirectory(), 'platform.log');
  const descriptor = openSync(file, 'a');
  const clock = createFakeClock();
  writeSync(descriptor, 'before\n'.repeat(20));
  const end = boundOwnLog({ clock, file, descriptor, maxBytes: 100 });
  expect(readFileSync(file, 'utf8')).toBe('');
  expect(readFileSync(`${file}.1`, 'utf8')).toBe('before\n'.repeat(20));
  writeSync(descriptor, 'after\n'.repeat(20));
  await clock.advance(600_000);
  expect(readFileSync(file, 'utf8')).toBe('');
  expect(readFileSync(`${file}.1`, 'utf8')).toBe('after\n'.repeat(20));
  writeSync(descriptor, 'short\n');
  await clock.advance(600_000);
  expect(readFileSync(file, 'utf8')).toBe('short\n');
  end();
  expect(clock.pendingTimers).toBe(0);
  closeSync(descriptor);
});
