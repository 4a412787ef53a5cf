/** The journal when the disk refuses, when requests come twice, and when what follows a commit goes wrong. */
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { failure } from '../../src/errors.ts';
import { DesiredState } from '../../src/platform/desired-state.ts';
import { emptyLiveState } from '../../src/platform/live-state.ts';
import { Operations, type Outcome, type Work } from '../../src/platform/operations.ts';
import { openStateStore } from '../../src/platform/store/open-state-store.ts';
import { migrations } from '../../src/platform/store/schema.ts';
import { createFakeClock } from '../fake-clock.ts';
import { temporaryDirectory } from './temporary-directory.ts';

class FullDisk extends DesiredState {
  isFull = false;

  override commit(...commit: Parameters<DesiredState['commit']>): ReturnType<DesiredState['commit']> {
    this.#refuse();
    return super.commit(...commit);
  }

  override fail(...operation: Parameters<DesiredState['fail']>): void {
    this.#refuse();
    super.fail(...operation);
  }

  #refuse(): void {
    if (this.isFull) throw failure('store.write-failed', { file: 'platform.db', reason: 'the disk is full' });
  }
}

async function setUp() {
  const directory = temporaryDirectory();
  const store = await openStateStore(join(directory, 'platform.db'), migrations);
  const desired = new FullDisk(store);
  const clock = createFakeClock();
  const passed: string[] = [];
  const operations = new Operations({ desired, clock, checkpoint: (name) => void passed.push(name) });
  onTestFinished(async () => {
    await operations.close();
    store.close();
  });
  return { desired, operations, clock, passed };
}

const submission = (requestId: string, request: unknown = { hello: 'world' }) => ({
  kind: 'release' as const,
  application: 'app',
  requestId,
  createdBy: 'test',
  request,
});

const outcome: Outcome = {
  live: emptyLiveState,
  release: { createdAt: '2026-01-01T00:00:00Z', createdBy: 'test', changes: ['all'] },
};
const succeed: Work = async () => outcome;

async function ended(operations: Operations, id: string) {
  for (let turn = 0; turn < 1000; turn += 1) {
    const operation = operations.get(id);
    if (operation.state !== 'pending') return operation;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('never ended');
}

describe('a disk that refuses', () => {
  it('fails the operation, does not stop the next one, and the note of the failure is written once it can be', async () => {
    const { operations, desired, clock } = await setUp();
    const first = operations.submit(submission('request-1'), succeed);
    desired.isFull = true;
    const failed = await ended(operations, first.id);
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'store.write-failed' } });
    expect(operations.list('app')).toMatchObject([{ state: 'failed' }]);
    expect(desired.pendingOperations()).toHaveLength(1);

    desired.isFull = false;
    const second = operations.submit(submission('request-2'), succeed);
    expect(await ended(operations, second.id)).toMatchObject({ state: 'done', release: 'r1' });
    await clock.advance(60_000);
    expect(desired.pendingOperations()).toEqual([]);
    expect(desired.operation(first.id)?.operation).toEqual(failed);
  });

  it('has what was begun for the release let go of', async () => {
    const { operations, desired } = await setUp();
    let released = 0;
    const { id } = operations.submit(submission('request-1'), async () => {
      desired.isFull = true;
      const abandon = async () => {
        released += 1;
      };
      return { ...outcome, abandon };
    });
    await ended(operations, id);
    expect(released).toBe(1);
  });

  it('writes the note when the platform closes, at the latest', async () => {
    const { operations, desired } = await setUp();
    const { id } = operations.submit(submission('request-1'), async () => {
      desired.isFull = true;
      return outcome;
    });
    await ended(operations, id);
    desired.isFull = false;
    await operations.close();
    expect(desired.pendingOperations()).toEqual([]);
  });
});

describe('what is committed', () => {
  it('stays done when the steps that follow it go wrong', async () => {
    const { operations, desired } = await setUp();
    const { id } = operations.submit(submission('request-1'), async () => ({
      ...outcome,
      onCommitted: () => {
        throw new Error('no memory');
      },
    }));
    const done = await ended(operations, id);
    expect(done).toMatchObject({ state: 'done', release: 'r1' });
    expect(done.events).toMatchObject([{ type: 'warning', message: expect.stringContaining('no memory') }]);
    expect(desired.operation(id)?.operation.state).toBe('done');
  });
});

describe('a request id that comes again', () => {
  it.each(['while it runs', 'after its end'])('with another body is refused, %s', async (when) => {
    const { operations } = await setUp();
    const first = operations.submit(submission('request-1', { body: 'one' }), succeed);
    if (when === 'after its end') await ended(operations, first.id);
    expect(operations.submit(submission('request-1', { body: 'one' }), succeed).id).toBe(first.id);
    expect(() => operations.submit(submission('request-1', { body: 'two' }), succeed)).toThrow(
      expect.objectContaining({ code: 'request.reused' }),
    );
    await ended(operations, first.id);
  });
});

describe('checkpoints', () => {
  it('are passed in the order of the journal', async () => {
    const { operations, passed } = await setUp();
    const { id } = operations.submit(submission('request-1'), async (context) => {
      context.checkpoint('preparing');
      return outcome;
    });
    await ended(operations, id);
    expect(passed).toEqual([
      'release.accepted',
      'release.preparing',
      'release.committing',
      'release.committed',
      'release.swapped',
      'release.ended',
    ]);
  });
});
