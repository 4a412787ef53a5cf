import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runSteps, type StepTable } from '../../../src/deploy/run-steps.ts';

type Step =
  | { readonly kind: 'begin'; readonly name: string; readonly fails?: boolean; readonly undoFails?: boolean }
  | { readonly kind: 'commit'; readonly name: string; readonly fails?: boolean }
  | { readonly kind: 'bare'; readonly name: string; readonly fails?: boolean };

interface Trace {
  readonly log: string[];
}

function run(step: Step, result: readonly string[], { log }: Trace): Promise<readonly string[]> {
  log.push(`run ${step.name}`);
  return step.fails ? Promise.reject(new Error(step.name)) : Promise.resolve([...result, step.name]);
}

const table: StepTable<Step, readonly string[], Trace> = {
  begin: {
    run,
    undo: async (step, { log }) => {
      log.push(`undo ${step.name}`);
      if (step.undoFails) throw new Error(`undo ${step.name}`);
    },
  },
  commit: { run, commits: true },
  bare: { run },
};

async function trace(steps: readonly Step[]) {
  const log: string[] = [];
  const undoFailures: string[] = [];
  const end = await runSteps(steps, table, [] as readonly string[], {
    context: { log },
    onUndoFailed: (step) => undoFailures.push(step.name),
  }).then(
    (result) => ({ result }),
    (error: unknown) => ({ error: (error as Error).message }),
  );
  return { log, undoFailures, ...end };
}

const begin = (name: string, more: object = {}): Step => ({ kind: 'begin', name, ...more });
const commit = (name: string, more: object = {}): Step => ({ kind: 'commit', name, ...more });

describe('steps', () => {
  it('run in order, each with the result of those before', async () => {
    expect(await trace([begin('a'), commit('b'), begin('c')])).toEqual({
      log: ['run a', 'run b', 'run c'],
      undoFailures: [],
      result: ['a', 'b', 'c'],
    });
  });

  it('are undone in reverse when one fails, the failing one first', async () => {
    expect(await trace([begin('a'), begin('b'), begin('c', { fails: true }), begin('d')])).toMatchObject({
      log: ['run a', 'run b', 'run c', 'undo c', 'undo b', 'undo a'],
      error: 'c',
    });
  });

  it('are undone when the commit itself fails', async () => {
    expect((await trace([begin('a'), commit('b', { fails: true })])).log).toEqual(['run a', 'run b', 'undo a']);
  });

  it('stay done once they are committed', async () => {
    expect(await trace([begin('a'), commit('b'), begin('c'), begin('d', { fails: true })])).toMatchObject({
      log: ['run a', 'run b', 'run c', 'run d', 'undo d', 'undo c'],
      error: 'd',
    });
  });

  it('are all undone even when an undo fails, and the first cause is what is thrown', async () => {
    expect(
      await trace([begin('a'), begin('b', { undoFails: true }), { kind: 'bare', name: 'c', fails: true }]),
    ).toEqual({
      log: ['run a', 'run b', 'run c', 'undo b', 'undo a'],
      undoFailures: ['b'],
      error: 'c',
    });
  });

  it('obey the law: what serves is never undone, everything else begun is, once, in reverse', async () => {
    const step = fc.record({
      kind: fc.constantFrom('begin' as const, 'commit' as const),
      fails: fc.boolean(),
      undoFails: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (kinds) => {
        const steps = kinds.map(({ kind, ...more }, index) =>
          kind === 'begin' ? begin(String(index), more) : commit(String(index), more),
        );
        const failing = steps.findIndex(({ fails }) => fails);
        const { log } = await trace(steps);
        const ran = failing < 0 ? steps : steps.slice(0, failing + 1);
        const committed = ran.findLastIndex(({ kind, fails }) => kind === 'commit' && !fails);
        const undone =
          failing < 0
            ? []
            : ran
                .slice(committed + 1)
                .filter(({ kind }) => kind === 'begin')
                .reverse();
        expect(log).toEqual([...ran.map(({ name }) => `run ${name}`), ...undone.map(({ name }) => `undo ${name}`)]);
      }),
    );
  });
});
