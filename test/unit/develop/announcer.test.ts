import { expect, it } from 'vitest';
import { createAnnouncer } from '../../../src/develop/announcer.ts';
import type { DevelopEvent } from '../../../src/develop/develop-event.ts';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import type { OperationEvent } from '../../../src/model/operation-event.ts';

function announced() {
  const events: DevelopEvent[] = [];
  const announce = createAnnouncer((event) => void events.push(event));
  const operation = (event: Record<string, unknown>) =>
    announce({ type: 'operation', event: { timeMs: 0, module: 'web', version: 'v1', ...event } as OperationEvent });
  return { events, announce, operation };
}

const finding: Diagnostic = { severity: 'warning', code: 'x', file: 'a', line: 1, column: 1, path: '', message: 'hm' };

it('says each warning once, not with every save', () => {
  const { events, announce, operation } = announced();
  for (let save = 0; save < 3; save += 1) {
    announce({ type: 'diagnostics', diagnostics: [finding, { ...finding, severity: 'error' }] });
    announce({ type: 'warning', code: 'w', message: 'careful' });
    operation({ type: 'warning', message: 'no Python 3.12 here' });
    announce({ type: 'note', message: 'passed over' });
  }
  expect(events).toEqual([
    { type: 'diagnostics', diagnostics: [finding] },
    { type: 'warning', message: 'careful' },
    { type: 'warning', message: 'no Python 3.12 here' },
    { type: 'note', message: 'passed over' },
  ]);
});

it('passes on what a build prints, and not what instances print, which is logged', () => {
  const { events, operation } = announced();
  operation({ type: 'version-phase', phase: 'building' });
  operation({ type: 'output', line: 'Collecting flask' });
  operation({ type: 'version-phase', phase: 'building', detail: 'pip install' });
  operation({ type: 'output', line: 'Listening' });
  expect(events).toEqual([{ type: 'output', module: 'web', line: 'Collecting flask' }]);
});
