/** Memory limits by class and generation, addresses as /proc writes them, ports as they are diagnosed. */
import { describe, expect, it } from 'vitest';
import { memoryLimit, memoryProblem } from '../../../../src/platform/serving/memory-limit.ts';
import { readableAddress } from '../../../../src/platform/serving/process-table.ts';
import { describeListeners } from '../../../../src/platform/serving/start-watch.ts';
import { specOf } from './serving-world.ts';

describe('memoryLimit', () => {
  it.each([
    ['python27', 'B1', 128],
    ['python27', 'F4_1G', 1024],
    ['nodejs20', 'F1', 384],
    ['python312', 'B8', 3072],
  ])('2.3a %s on %s has %i MB', (runtime, instanceClass, mebibytes) => {
    const limit = memoryLimit(specOf({ type: 'automatic' }, { runtime, instanceClass }));
    expect(limit).toEqual({ mebibytes, bytes: mebibytes * 1024 * 1024, label: `${instanceClass} (${mebibytes} MB)` });
  });

  it('takes the memory that a flexible version asks for', () => {
    const flexible = { environment: 'flexible', other: { resources: { memory_gb: 2.5 } } } as const;
    expect(memoryLimit(specOf({ type: 'automatic' }, flexible)).mebibytes).toBe(2560);
    expect(memoryLimit(specOf({ type: 'automatic' }, { environment: 'flexible' })).mebibytes).toBe(1024);
  });

  it('names class, limit and use when it is exceeded', () => {
    const limit = memoryLimit(specOf({ type: 'manual', instances: 1 }, { runtime: 'python27' }));
    expect(memoryProblem(limit, limit.bytes)).toBeUndefined();
    expect(memoryProblem(limit, 301 * 1024 * 1024)).toBe('exceeded the memory limit of B2 (256 MB): 301 MB');
  });
});

describe('readableAddress', () => {
  it.each([
    ['0100007F', '127.0.0.1'],
    ['00000000', '0.0.0.0'],
    ['00000000000000000000000000000000', '::'],
    ['00000000000000000000000001000000', '::1'],
    ['B80D0120000000000000000001000000', '2001:db8:0:0:0:0:0:1'],
  ])('%s is %s', (hex, address) => {
    expect(readableAddress(hex)).toBe(address);
  });
});

describe('describeListeners', () => {
  it('tells a wrong address from a wrong port', () => {
    expect(describeListeners([], 20_000)).toBeUndefined();
    expect(describeListeners([{ address: '10.0.0.5', port: 20_000 }], 20_000)?.reason).toBe(
      'listens on 10.0.0.5:20000, not on 127.0.0.1:20000',
    );
    const others = [9_000, 8_080, 9_000].map((port) => ({ address: '0.0.0.0', port }));
    expect(describeListeners(others, 20_000)?.reason).toBe('listens on port 8080, 9000 instead of $PORT (20000)');
  });
});
