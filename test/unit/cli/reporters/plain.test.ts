import { expect, it } from 'vitest';
import { plainStyle } from '../../../../src/cli/render/style.ts';
import { createPlainReporter } from '../../../../src/cli/reporters/plain.ts';
import { createSilentReporter } from '../../../../src/cli/reporters/silent.ts';
import { deployEvents } from './events.ts';

function record(isVerbose = false) {
  const lines: string[] = [];
  const options = {
    write: (line: string) => void lines.push(line),
    style: plainStyle,
    confirm: async () => true,
    isVerbose,
  };
  return { lines, options };
}

it('writes one line an event, and a quarter of the upload at a time', () => {
  const { lines, options } = record();
  const reporter = createPlainReporter(options);
  for (const event of deployEvents) reporter.event(event);
  expect(lines).toEqual([
    'Reading the configuration ...',
    'Warning: python27 runs under python3.',
    'Read the configuration: shop: default:v1 (12 ms)',
    'Reading the files ...',
    'Module default, version v1: 3 files, 4.2 kB',
    'Packaged (20 ms)',
    'Sending files ...',
    'Uploaded 2 of 3 files, 2.2 kB of 4.2 kB',
    'Uploaded: 3 files (30 ms)',
    'Making it live ...',
    'Module default, version v1: starting (1 of 2)',
    'Warning: slow start',
    'Released (40 ms)',
    'Deployed module default, version v1: http://shop.localhost:8080/',
    'a note',
  ]);
});

it('adds what instances print when asked to be verbose', () => {
  const { lines, options } = record(true);
  const reporter = createPlainReporter(options);
  for (const event of deployEvents) reporter.event(event);
  expect(lines).toContain('default:v1 | listening');
});

it('is silent but for warnings with --quiet, and wholly silent with --json', () => {
  const quiet = record();
  const quietReporter = createSilentReporter({ ...quiet.options, showsWarnings: true });
  const json = record();
  const jsonReporter = createSilentReporter({ ...json.options, showsWarnings: false });
  for (const event of deployEvents) {
    quietReporter.event(event);
    jsonReporter.event(event);
  }
  expect(quiet.lines).toEqual(['Warning: python27 runs under python3.', 'Warning: slow start']);
  expect(json.lines).toEqual([]);
});
