import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { plainStyle } from '../../src/cli/render/style.ts';
import type { CommandReporter } from '../../src/cli/reporters/command-reporter.ts';
import { createInteractiveReporter } from '../../src/cli/reporters/interactive.ts';
import { createPlainReporter, type LineReporterOptions } from '../../src/cli/reporters/plain.ts';
import { createSilentReporter } from '../../src/cli/reporters/silent.ts';
import { createFakeClock } from '../fake-clock.ts';
import { describeReporterContract, type ReporterFactory } from './reporter-contract.ts';

function lines(create: (options: LineReporterOptions) => CommandReporter): ReporterFactory {
  return () => {
    let text = '';
    const reporter = create({
      write: (line) => {
        text += `${line}\n`;
      },
      style: plainStyle,
      confirm: async ({ defaultAnswer }) => defaultAnswer,
      isVerbose: true,
    });
    return { reporter, close: () => reporter.close('succeeded'), written: () => text };
  };
}

const interactive: ReporterFactory = () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 40 });
  const chunks: string[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString('utf8')));
  const reporter = createInteractiveReporter({
    write: (line) => void stream.write(`${line}\n`),
    style: plainStyle,
    confirm: async ({ defaultAnswer }) => defaultAnswer,
    isVerbose: false,
    clock: createFakeClock(),
    stream: stream as unknown as NodeJS.WriteStream,
  });
  return {
    reporter,
    close: () => reporter.close('succeeded'),
    written: () => stripVTControlCharacters(chunks.join('')),
  };
};

describeReporterContract('plain', lines(createPlainReporter), { shows: 'progress', isForTerminals: false });
describeReporterContract('interactive', interactive, { shows: 'progress', isForTerminals: true });
describeReporterContract(
  'quiet',
  lines((options) => createSilentReporter({ ...options, showsWarnings: true })),
  { shows: 'warnings', isForTerminals: false },
);
describeReporterContract(
  'json',
  lines((options) => createSilentReporter({ ...options, showsWarnings: false })),
  { shows: 'nothing', isForTerminals: false },
);
