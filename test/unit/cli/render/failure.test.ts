import { expect, it } from 'vitest';
import { renderFailure } from '../../../../src/cli/render/failure.ts';
import { plainStyle } from '../../../../src/cli/render/style.ts';
import type { Diagnostic } from '../../../../src/model/diagnostic.ts';

const style = plainStyle;

it('says what happened and what to do', () => {
  const body = { message: 'It broke.', hints: ['Do this: a', 'Or this: b'], details: {} };
  expect(renderFailure({ body, style })).toBe('Error: It broke.\nHint:  Do this: a\n       Or this: b');
});

it('shows findings with their line and a caret, keeping tabs', () => {
  const diagnostic: Diagnostic = {
    severity: 'error',
    code: 'unknown-key',
    file: 'app.yaml',
    line: 2,
    column: 3,
    path: 'scrpit',
    message: 'unknown key "scrpit"',
    hint: 'Did you mean "script"?',
  };
  const body = { message: '1 problem in 1 file; nothing was sent.', hints: [], details: { diagnostics: [diagnostic] } };
  const sourceLine = (file: string, line: number) =>
    file === 'app.yaml' && line === 2 ? '\t scrpit: main.app' : undefined;
  expect(renderFailure({ body, style, sourceLine }).split('\n')).toEqual([
    'app.yaml:2:3: error: unknown key "scrpit"',
    '  | \t scrpit: main.app',
    '  | \t ^',
    '  hint: Did you mean "script"?',
    'Error: 1 problem in 1 file; nothing was sent.',
  ]);
});

it('shows the last lines of an instance that did not start', () => {
  const body = {
    message: 'Version v1 did not start.',
    hints: [],
    details: { output: ['Traceback', 'ImportError: x'] },
  };
  expect(renderFailure({ body, style })).toBe(
    'Error: Version v1 did not start.\nThe last lines it printed:\n  | Traceback\n  | ImportError: x',
  );
});

it('shows a stack only when it is given one', () => {
  const body = { message: 'This is a bug.', hints: [], details: {} };
  expect(renderFailure({ body, style, stack: 'Error: x\n    at y' })).toBe('Error: This is a bug.\nError: x\n    at y');
});
