/** Follows an operation on the platform to its end. */
import type { WatchOptions } from '../../backend/call-options.ts';
import { AppcfgError, type ErrorCode } from '../../errors.ts';
import type { Operation } from '../../model/operation.ts';
import type { OperationEvent } from '../../model/operation-event.ts';
import { paths } from '../../protocol/extension.ts';
import type { ControlClient } from './control-client.ts';

const LONG_POLL_MS = 20_000;

/** @throws AppcfgError the operation's own error when it failed */
export async function watchOperation(
  client: ControlClient,
  started: Operation,
  options: WatchOptions = {},
): Promise<Operation> {
  const events: OperationEvent[] = [];
  let current = started;
  for (;;) {
    for (const event of current.events) {
      events.push(event);
      options.onEvent?.(event);
    }
    if (current.state !== 'pending') break;
    current = await client.json<Operation>({
      method: 'GET',
      path: paths.operation(started.application, started.id),
      query: { after: events.length, waitMs: LONG_POLL_MS },
      ...(options.signal ? { signal: options.signal } : {}),
    });
  }
  if (current.state === 'failed' && current.error) {
    throw new AppcfgError({ ...current.error, code: current.error.code as ErrorCode });
  }
  return { ...current, events };
}
