/** A fake of Google and the contract's samples together, for each test file. */
import { afterAll, beforeEach, expect } from 'vitest';
import type { WatchOptions } from '../../src/backend/call-options.ts';
import { isAppcfgError } from '../../src/errors.ts';
import type { OperationEvent } from '../../src/model/operation-event.ts';
import { type ContractBench, contractBench } from '../contract/contract-bench.ts';
import { type GoogleBench, openGoogleBench } from '../google-fake/google-bench.ts';

export interface GoogleRig {
  readonly bench: ContractBench;
  /** There once tests run. */
  readonly google: GoogleBench;
}

/** Every request is one that Google's API describes, or the file's tests fail. */
export function googleRig(environment: Readonly<Record<string, string>> = {}): GoogleRig {
  let google: GoogleBench | undefined;
  const bench = contractBench(async () => {
    google = await openGoogleBench(environment);
    return { backend: google.backend, cleanup: google.close };
  });
  const opened = () => {
    if (!google) throw new Error('the rig is used before its tests run');
    return google;
  };
  beforeEach(() => {
    const { fake } = opened();
    fake.fault = () => undefined;
    fake.operations.latencyMs = () => 0;
    fake.admin.failures.clear();
  });
  afterAll(() => expect(opened().fake.violations).toEqual([]));
  return {
    bench,
    get google() {
      return opened();
    },
  };
}

export function watched(): WatchOptions & { readonly events: OperationEvent[]; warnings(): readonly string[] } {
  const events: OperationEvent[] = [];
  return {
    events,
    onEvent: (event) => events.push(event),
    warnings: () => events.flatMap((event) => (event.type === 'warning' ? [event.message] : [])),
  };
}

/** What a promise fails with: an error of the catalogue. */
export async function failureOf(promise: Promise<unknown>) {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(isAppcfgError(error), String(error)).toBe(true);
  return error as {
    readonly code: string;
    readonly message: string;
    readonly hints: readonly string[];
    readonly details: Readonly<Record<string, unknown>>;
  };
}
