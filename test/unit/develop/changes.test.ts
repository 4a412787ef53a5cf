import { expect, it } from 'vitest';
import { collectChanges } from '../../../src/develop/changes.ts';
import { createFakeClock } from '../../fake-clock.ts';

function watched() {
  const clock = createFakeClock();
  const changes = collectChanges({ clock, quietMs: 80, mostMs: 1000 });
  const controller = new AbortController();
  let turns = 0;
  const turn = async () => {
    await changes.next(controller.signal);
    turns += 1;
  };
  return { clock, changes, controller, turn, turns: () => turns };
}

it('waits until a burst is over, and takes it for one change', async () => {
  const { clock, changes, turn, turns } = watched();
  const first = turn();
  changes.tell();
  await clock.advance(79);
  changes.tell();
  await clock.advance(79);
  expect(turns()).toBe(0);
  await clock.advance(81);
  await first;
  expect(turns()).toBe(1);
});

it('does not wait for ever for a burst that does not end', async () => {
  const { clock, changes, turn, turns } = watched();
  const first = turn();
  for (let time = 0; time < 1200; time += 40) {
    changes.tell();
    await clock.advance(40);
  }
  await first;
  expect(turns()).toBe(1);
});

it('forgets nothing that changes while nobody waits', async () => {
  const { clock, changes, turn, turns } = watched();
  changes.tell();
  const first = turn();
  await clock.advance(200);
  await first;
  changes.tell();
  const second = turn();
  await clock.advance(200);
  await second;
  expect(turns()).toBe(2);
});

it('ends when it is told to, before and during a burst', async () => {
  const before = watched();
  const waiting = before.turn();
  before.controller.abort(new Error('over'));
  await expect(waiting).rejects.toThrow('over');
  await expect(before.turn()).rejects.toThrow('over');
  const during = watched();
  const settling = during.turn();
  during.changes.tell();
  await during.clock.advance(10);
  during.controller.abort(new Error('over'));
  await expect(settling).rejects.toThrow('over');
});
