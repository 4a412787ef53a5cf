/** Task queues of one application on a clock of the test's, with a dispatch that records. */
import { onTestFinished } from 'vitest';
import type { Queue, QueueSettings } from '../../../src/model/settings.ts';
import { TaskQueues } from '../../../src/platform/queues/task-queues.ts';
import type { StateStore } from '../../../src/platform/store/state-store.ts';
import { createFakeClock } from '../../fake-clock.ts';
import { memoryStore } from '../memory-store.ts';
import { FakeDesired, RecordingDispatch, recordingLogs } from '../scheduler-bench.ts';

export const START = Date.UTC(2026, 0, 1);

/** `wrap` stands between the queues and their tables. */
export async function setUp(queues: readonly Queue[] = [], wrap: (store: StateStore) => StateStore = (store) => store) {
  const clock = createFakeClock(START);
  const dispatch = new RecordingDispatch(clock);
  const desired = new FakeDesired({ queues: { queues } });
  const logs = recordingLogs();
  const store = wrap(await memoryStore());
  const open = () => {
    const opened = new TaskQueues({
      desired,
      store,
      logs,
      clock,
      defaultHostname: (id) => `${id}.localhost:8080`,
      dispatch: dispatch.send,
      defer: queueMicrotask,
    });
    opened.refresh();
    return opened;
  };
  let service = open();
  onTestFinished(() => service.close({ graceMs: 0 }));
  return {
    clock,
    dispatch,
    desired,
    logs,
    get queues() {
      return service;
    },
    /** Uploads another queue.yaml. */
    upload(settings: QueueSettings) {
      desired.settings = { ...desired.settings, queues: settings };
      service.refresh();
    },
    /** Ends it like a crash: what runs is broken off, nothing is told. */
    async restart() {
      await service.close({ graceMs: 0 });
      service = open();
    },
    add: (queue: string, ...names: readonly string[]) =>
      service.addTasks(
        'shop',
        queue,
        names.map((name) => ({ name })),
      ),
    /** Names of the tasks that were sent, in order. */
    sent: () => dispatch.sent.map(({ request }) => headerOf(request.headers, 'X-AppEngine-TaskName')),
    /** Seconds since the start at which tasks were sent. */
    seconds: () => dispatch.sent.map(({ atMs }) => (atMs - START) / 1000),
    state: (queue: string) => service.list('shop').find(({ name }) => name === queue),
  };
}

export function headerOf(
  headers: readonly (readonly [string, string])[] | undefined,
  name: string,
): string | undefined {
  return headers?.find(([key]) => key === name)?.[1];
}
