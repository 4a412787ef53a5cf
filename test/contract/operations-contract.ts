/** The contract of operations: whatever was accepted can be found again, followed, and says how it ended. */
import { expect, it } from 'vitest';
import type { Operation } from '../../src/model/operation.ts';
import type { OperationEvent } from '../../src/model/operation-event.ts';
import { type ContractBench, codeOf } from './contract-bench.ts';

export function operationsContract(bench: ContractBench): void {
  it('names a change once it is accepted', async () => {
    const application = bench.newApplication();
    const accepted: Operation[] = [];
    const operation = await bench.release(
      application,
      [bench.upload()],
      {},
      { onAccepted: (found) => accepted.push(found) },
    );
    expect(accepted.map(({ id, kind }) => [id, kind])).toEqual([[operation.id, 'release']]);
  });

  it('says what was asked for, for whoever asks for the same', async () => {
    const application = bench.newApplication();
    const asked = { content: 'c'.repeat(64), generatedVersion: 'uno' };
    const accepted: Operation[] = [];
    const onAccepted = (found: Operation) => void accepted.push(found);
    await bench.release(application, [bench.upload()], { asked }, { onAccepted });
    expect(accepted.map((operation) => operation.asked)).toEqual([asked]);
  });

  it('finds an operation again, and those of an application newest first', async () => {
    const application = bench.newApplication();
    const first = await bench.release(application, [bench.upload()]);
    const second = await bench.release(application, [bench.upload({ version: 'dos' })]);
    const { get, list } = bench.backend.operations;
    expect(await get(application, first.id)).toMatchObject({ id: first.id, state: 'done', release: first.release });
    expect((await list(application)).map(({ id }) => id)).toEqual([second.id, first.id]);
    expect(await list(bench.newApplication())).toEqual([]);
  });

  it('tells who waits later all that happened', async () => {
    const application = bench.newApplication();
    const { id, events } = await bench.release(application, [bench.upload()]);
    const seen: OperationEvent[] = [];
    const waited = await bench.backend.operations.wait(application, id, { onEvent: (event) => seen.push(event) });
    expect(waited).toMatchObject({ id, state: 'done' });
    expect(seen).toEqual(events);
    expect(seen.length).toBeGreaterThan(0);
  });

  it('keeps why an operation failed', async () => {
    const application = bench.newApplication();
    await bench.release(application, [bench.upload()]);
    const { blobs: _blobs, ...unsent } = bench.upload({ content: `unsent ${application}` });
    const failed = await codeOf(bench.release(application, [], { uploads: [unsent] }));
    const [latest] = await bench.backend.operations.list(application);
    expect(latest).toMatchObject({ state: 'failed', error: { code: failed } });
    expect(await codeOf(bench.backend.operations.wait(application, latest?.id ?? ''))).toBe(failed);
  });

  it('does not know what never was', async () => {
    const application = bench.newApplication();
    expect(await codeOf(bench.backend.operations.get(application, 'nothing'))).toBe('operation.not-found');
    expect(await codeOf(bench.backend.operations.wait(application, 'nothing'))).toBe('operation.not-found');
  });
}
