/** Which versions need no process. */
import { describe, expect, it } from 'vitest';
import type { Handler } from '../../../src/model/handler.ts';
import { isStaticOnly } from '../../../src/model/static-only.ts';
import type { VersionSpec } from '../../../src/model/version-spec.ts';
import { plainSpec } from '../../sample-spec.ts';

const base = { login: 'optional', authFailAction: 'redirect', secure: 'optional' } as const;
const files: Handler = { ...base, type: 'static-files', url: '/', files: 'index.html', upload: 'index.html' };
const directory: Handler = { ...base, type: 'static-dir', url: '/css', directory: 'css' };
const script: Handler = { ...base, type: 'script', url: '/.*', script: 'auto' };

function spec(runtime: string, handlers: readonly Handler[]): VersionSpec {
  return { ...plainSpec, runtime, handlers };
}

describe('isStaticOnly', () => {
  it.each([
    ['php55', [files, directory], true],
    ['php55', [files, script], false],
    ['nodejs20', [], false],
    ['static', [], true],
    ['python27', [{ ...base, type: 'api-endpoint', url: '/api' }], false],
  ] as const)('%s with handlers %#', (runtime, handlers, expected) => {
    expect(isStaticOnly(spec(runtime, handlers))).toBe(expected);
  });
});
