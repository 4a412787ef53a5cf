/** The contract suite of reporters: whatever a use case announces, in whatever order, is shown as promised or not at all. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeployPhase, ProgressEvent } from '../../src/progress/event.ts';
import type { Reporter } from '../../src/progress/reporter.ts';

export interface ReporterSubject {
  readonly reporter: Reporter;
  /** Ends it, as after a command. Resolves when everything is written. */
  close(): Promise<void>;
  /** All that was written so far. */
  written(): string;
}

export interface ReporterContractOptions {
  /** progress: everything; warnings: only those; nothing: the command's own output has it all. */
  readonly shows: 'progress' | 'warnings' | 'nothing';
  /** Whether it may move the cursor and draw colours. */
  readonly isForTerminals: boolean;
}

/** Makes a reporter for which nobody is there to answer questions. */
export type ReporterFactory = () => ReporterSubject;

const escapeCharacter = String.fromCharCode(27);
const phases: readonly DeployPhase[] = ['read', 'package', 'compare', 'upload', 'release'];

const name = fc.constantFrom('default', 'mobile-frontend', 'my-module');
const text = fc.string({ minLength: 1, maxLength: 40 });
const amount = fc.nat(1_000_000_000);
const phase = fc.constantFrom(...phases);

const anyEvent: fc.Arbitrary<ProgressEvent> = fc.oneof(
  fc.record({ type: fc.constant('phase-started' as const), phase, label: text }),
  fc.record({ type: fc.constant('phase-finished' as const), phase, detail: text, durationMs: amount }),
  fc.record({ type: fc.constant('phase-failed' as const), phase, durationMs: amount }),
  fc.record({
    type: fc.constant('module-packaged' as const),
    module: name,
    version: name,
    files: amount,
    bytes: amount,
  }),
  fc.record({
    type: fc.constant('upload-progress' as const),
    files: amount,
    totalFiles: amount,
    bytes: amount,
    totalBytes: amount,
  }),
  fc.record({
    type: fc.constant('module-live' as const),
    module: name,
    version: name,
    url: text,
    isUnchanged: fc.boolean(),
  }),
  fc.record({ type: fc.constant('warning' as const), code: text, message: text }),
  fc.record({ type: fc.constant('note' as const), message: text }),
  fc.record({
    type: fc.constant('operation' as const),
    event: fc.record({ type: fc.constant('output' as const), module: name, version: name, line: text, timeMs: amount }),
  }),
);

export function describeReporterContract(
  title: string,
  factory: ReporterFactory,
  options: ReporterContractOptions,
): void {
  const showsWarnings = options.shows !== 'nothing';

  async function outputOf(events: readonly ProgressEvent[]): Promise<string> {
    const subject = factory();
    for (const event of events) subject.reporter.event(event);
    await subject.close();
    return subject.written();
  }

  /** Promises that this kind of reporter does not make are no tests of it. */
  function testWhen(isPromised: boolean, title: string, test: () => Promise<void>): void {
    if (isPromised) it(title, test);
  }

  describe(`the ${title} reporter keeps the contract`, () => {
    it('takes events in any order', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyEvent, { maxLength: 20 }), async (events) => {
          await outputOf(events);
        }),
        { numRuns: options.isForTerminals ? 20 : 100 },
      );
    });

    testWhen(options.shows === 'progress', 'shows each module that went live, with its address', async () => {
      const live = ['default', 'mobile-frontend', 'my-module'].map(
        (module): ProgressEvent => ({
          type: 'module-live',
          module,
          version: 'uno',
          url: `http://${module}.example/`,
          isUnchanged: module === 'my-module',
        }),
      );
      const output = await outputOf([
        { type: 'phase-started', phase: 'release', label: 'Going live' },
        { type: 'phase-finished', phase: 'release', durationMs: 5 },
        ...live,
      ]);
      const places = ['default', 'mobile-frontend', 'my-module'].map((module) =>
        output.indexOf(`http://${module}.example/`),
      );
      expect(places.every((place) => place >= 0)).toBe(true);
      expect(places).toEqual([...places].sort((a, b) => a - b));
    });

    testWhen(showsWarnings, 'loses no warning, wherever it comes from and while whatever is drawn', async () => {
      const output = await outputOf([
        { type: 'warning', code: 'one', message: 'the first warning' },
        { type: 'phase-started', phase: 'read', label: 'Reading' },
        {
          type: 'diagnostics',
          diagnostics: [
            {
              severity: 'warning',
              code: 'x',
              file: 'app.yaml',
              line: 7,
              column: 3,
              path: 'handlers',
              message: 'the second warning',
            },
          ],
        },
        { type: 'operation', event: { type: 'warning', message: 'the third warning', timeMs: 1 } },
        { type: 'phase-failed', phase: 'read', durationMs: 1 },
      ]);
      for (const message of ['the first warning', 'the second warning', 'the third warning']) {
        expect(output.split(message)).toHaveLength(2);
      }
      expect(output).toContain('app.yaml:7');
    });

    testWhen(options.shows !== 'progress', 'says nothing of what goes well', async () => {
      const output = await outputOf([
        { type: 'phase-started', phase: 'upload', label: 'Sending files' },
        { type: 'upload-progress', files: 1, totalFiles: 2, bytes: 1, totalBytes: 2 },
        { type: 'phase-finished', phase: 'upload', durationMs: 5 },
        { type: 'note', message: 'a note' },
        { type: 'module-live', module: 'default', version: 'uno', url: 'http://x/', isUnchanged: false },
      ]);
      expect(output).toBe('');
    });

    testWhen(options.shows === 'nothing', 'says nothing at all', async () => {
      expect(await outputOf([{ type: 'warning', code: 'x', message: 'x' }])).toBe('');
    });

    it('is not flooded by ten thousand steps of an upload', async () => {
      const steps = Array.from(
        { length: 10_000 },
        (_, index): ProgressEvent => ({
          type: 'upload-progress',
          files: index,
          totalFiles: 10_000,
          bytes: index,
          totalBytes: 10_000,
        }),
      );
      const output = await outputOf([{ type: 'phase-started', phase: 'upload', label: 'Sending files' }, ...steps]);
      expect(output.length).toBeLessThan(20_000);
    });

    testWhen(!options.isForTerminals, 'writes whole lines without colours or cursor movement', async () => {
      const output = await outputOf([
        { type: 'phase-started', phase: 'upload', label: 'Sending files' },
        { type: 'warning', code: 'x', message: 'careful' },
        { type: 'phase-finished', phase: 'upload', durationMs: 5 },
      ]);
      expect(output).not.toContain(escapeCharacter);
      expect(output).not.toContain('\r');
      expect(output === '' || output.endsWith('\n')).toBe(true);
    });

    it('answers with the default where nobody can', async () => {
      const { reporter, close } = factory();
      expect(await reporter.confirm({ message: 'Go ahead?', defaultAnswer: true })).toBe(true);
      expect(await reporter.confirm({ message: 'Delete it?', defaultAnswer: false })).toBe(false);
      await close();
    });

    it('writes nothing more once it is closed', async () => {
      const subject = factory();
      subject.reporter.event({ type: 'phase-started', phase: 'read', label: 'Reading' });
      await subject.close();
      const before = subject.written();
      await new Promise((resolve) => setImmediate(resolve));
      expect(subject.written()).toBe(before);
    });
  });
}
