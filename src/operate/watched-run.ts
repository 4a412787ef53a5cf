/** Waits for something that the backend runs, and that goes on there when nobody waits any more. */
import { failure } from '../errors.ts';
import type { OperateContext } from './operate-context.ts';

export interface WatchedRun<T> {
  /** The end of "while ...": `the cron job /tick was running`. */
  readonly what: string;
  /** A command that shows how it ends. */
  readonly next: string;
  readonly start: (options: { readonly signal: AbortSignal }) => Promise<T>;
}

/** @throws AppcfgError `interrupted` that says so, or what it failed with */
export async function watchRun<T>({ signal }: OperateContext, { what, next, start }: WatchedRun<T>): Promise<T> {
  try {
    return await start({ signal });
  } catch (error) {
    if (!signal.aborted) throw error;
    const where = `while ${what}; it goes on without this command`;
    throw failure('interrupted', { where, next: `See how it ends: ${next}` }, { cause: error });
  }
}
