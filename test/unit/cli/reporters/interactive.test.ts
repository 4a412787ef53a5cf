import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { plainStyle } from '../../../../src/cli/render/style.ts';
import { createInteractiveReporter } from '../../../../src/cli/reporters/interactive.ts';
import { createFakeClock } from '../../../fake-clock.ts';
import { deployEvents } from './events.ts';

function record() {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 40 });
  const chunks: string[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString('utf8')));
  const clock = createFakeClock();
  const asked: string[] = [];
  const reporter = createInteractiveReporter({
    write: (line) => void stream.write(`${line}\n`),
    style: plainStyle,
    confirm: async ({ message }) => {
      asked.push(message);
      return true;
    },
    isVerbose: false,
    clock,
    stream: stream as unknown as NodeJS.WriteStream,
  });
  return { reporter, clock, asked, text: () => stripVTControlCharacters(chunks.join('')) };
}

it('leaves each phase with its rows, and the modules with their addresses', async () => {
  const { reporter, text } = record();
  for (const event of deployEvents) reporter.event(event);
  await reporter.close('succeeded');
  for (const expected of [
    'Reading the configuration: shop: default:v1',
    'default:v1  3 files, 4.2 kB',
    'Uploaded 3 of 3 files, 4.2 kB of 4.2 kB',
    'default:v1  starting (1 of 2)',
    'Warning: python27 runs under python3.',
    'Deployed module default, version v1: http://shop.localhost:8080/',
  ]) {
    expect(text()).toContain(expected);
  }
});

it('ends the drawing of a phase that failed', async () => {
  const { reporter, text } = record();
  reporter.event({ type: 'phase-started', phase: 'upload', label: 'Sending files' });
  reporter.event({ type: 'phase-failed', phase: 'upload', durationMs: 5 });
  await reporter.close('failed');
  expect(text()).toContain('Sending files');
});

it('shows the time that a long phase has taken', async () => {
  const { reporter, clock, text } = record();
  reporter.event({ type: 'phase-started', phase: 'release', label: 'Making it live' });
  while (!text().includes('Making it live')) await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(3000);
  reporter.event({ type: 'phase-finished', phase: 'release', durationMs: 3000 });
  await reporter.close('succeeded');
  expect(text()).toContain('Making it live (3.0 s)');
});

it('asks only when nothing is being drawn', async () => {
  const { reporter, asked } = record();
  reporter.event({ type: 'phase-started', phase: 'compare', label: 'Comparing' });
  const answer = reporter.confirm({ message: 'Go on?', defaultAnswer: false });
  await new Promise((resolve) => setImmediate(resolve));
  expect(asked).toEqual([]);
  reporter.event({ type: 'phase-finished', phase: 'compare', durationMs: 1 });
  expect(await answer).toBe(true);
  expect(asked).toEqual(['Go on?']);
  await reporter.close('succeeded');
});
