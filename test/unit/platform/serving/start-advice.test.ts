import { describe, expect, it } from 'vitest';
import type { StartProblem } from '../../../../src/model/start-problem.ts';
import { startAdvice } from '../../../../src/platform/serving/start-advice.ts';
import { staticSpec } from '../../../sample-spec.ts';

const spec = { ...staticSpec(), runtime: 'python312', entrypoint: undefined };

function advice(problem: StartProblem | undefined, output: readonly string[] = [], own: object = {}) {
  return startAdvice({ problem, output, spec: { ...spec, ...own } });
}

describe('the advice after a failed start', () => {
  it('says nothing where nothing is known', () => {
    expect(advice(undefined)).toEqual({});
  });

  it.each([
    ["ModuleNotFoundError: No module named 'flask'", 'python312', 'Add flask to requirements.txt'],
    ["ModuleNotFoundError: No module named 'yaml.nodes'", 'python312', 'Add PyYAML to requirements.txt'],
    ['ImportError: No module named webapp3', 'python27', 'Put webapp3 into a lib folder'],
    ["Error: Cannot find module 'express'", 'nodejs20', 'npm install express'],
    ["Error [ERR_MODULE_NOT_FOUND]: Cannot find package '@koa/router' imported", 'nodejs20', 'npm install @koa/router'],
    ["Error: Cannot find module 'lodash/get'", 'nodejs20', 'npm install lodash)'],
    ["Error: Cannot find module './settings'", 'nodejs20', 'Check that ./settings is among the files'],
  ])('finds what is missing in "%s"', (line, runtime, expected) => {
    const { problem, suggestion } = advice('exited', ['starting', line, 'goodbye'], { runtime });
    expect(problem).toBe('missing-dependency');
    expect(suggestion).toContain(expected);
  });

  it('takes the last library that was missing: frameworks catch and try another', () => {
    const output = ["ModuleNotFoundError: No module named 'ujson'", "ModuleNotFoundError: No module named 'attr'"];
    expect(advice('exited', output).suggestion).toContain('Add attr');
  });

  it('does not blame what was printed when the process still ran', () => {
    const output = ["ModuleNotFoundError: No module named 'ujson'"];
    expect(advice('slow-start', output).problem).toBe('slow-start');
    expect(advice('wrong-port', output).problem).toBe('wrong-port');
  });

  it('knows the words of a full heap', () => {
    expect(advice('exited', ['FATAL ERROR: Reached heap limit - JavaScript heap out of memory']).problem).toBe(
      'out-of-memory',
    );
    expect(advice('exited', ['Traceback', 'MemoryError']).problem).toBe('out-of-memory');
  });

  it('names the next larger instance class, or says that there is none', () => {
    expect(advice('out-of-memory', [], { instanceClass: 'F1' }).suggestion).toContain('instance_class: F2');
    expect(advice('out-of-memory', [], { instanceClass: 'F4_1G' }).suggestion).toContain('is the largest');
    const manual = { scaling: { type: 'manual', instances: 1 }, instanceClass: 'B2' };
    expect(advice('out-of-memory', [], manual).suggestion).toContain('instance_class: B4');
    expect(advice('out-of-memory', [], { environment: 'flexible' }).suggestion).toContain('memory_gb');
  });

  it('says where the port is written', () => {
    expect(advice('wrong-port', [], { entrypoint: 'gunicorn -b :8080 main:app' }).suggestion).toContain(
      '$PORT instead of 8080',
    );
    expect(advice('wrong-port', [], { entrypoint: 'node server.js', runtime: 'nodejs20' }).suggestion).toContain(
      'process.env.PORT',
    );
    expect(advice('wrong-port').suggestion).toContain("os.environ['PORT']");
    expect(advice('wrong-port', [], { runtime: 'go122' }).suggestion).toContain('environment variable PORT');
  });

  it.each(['exited', 'command-not-found', 'other-address', 'slow-start', 'start-refused', 'check-failed'] as const)(
    'has one sentence for %s',
    (problem) => {
      expect(advice(problem)).toEqual({ problem, suggestion: expect.stringMatching(/^[A-Z].*\S$/) });
    },
  );
});
