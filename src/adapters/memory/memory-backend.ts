/** A whole backend in memory, deterministic under a test's clock: for command tests and for trying commands out. */
import type { Backend } from '../../backend/backend.ts';
import type { LogRecord } from '../../model/log.ts';
import type { Clock } from '../../support/clock.ts';
import { Checkpoints } from './checkpoints.ts';
import { memoryCron } from './memory-cron.ts';
import { MemoryFiles, type MemoryFilesOptions } from './memory-files.ts';
import { memoryInstances } from './memory-instances.ts';
import { MemoryLocks, memoryLockRole } from './memory-locks.ts';
import { MemoryLogs } from './memory-logs.ts';
import { memoryMonitoring } from './memory-monitoring.ts';
import { MemoryOperations } from './memory-operations.ts';
import { memoryPins } from './memory-pins.ts';
import { memoryQueues } from './memory-queues.ts';
import { type MemoryParts, memoryReleases } from './memory-releases.ts';
import { memorySecrets } from './memory-secrets.ts';
import { MemoryStore } from './memory-store.ts';
import { MemoryUsage } from './memory-usage.ts';
import { memorySettings, memoryTraffic, memoryVersions } from './memory-versions.ts';
import { type MemoryReceiver, MemoryWebhooks } from './memory-webhooks.ts';

export interface MemoryBackendOptions {
  readonly clock: Clock;
  readonly createdBy?: string;
  /** Id of a lock that it holds. */
  readonly lock?: string;
  readonly read?: MemoryFilesOptions['read'];
  /** Answers what web-hooks are sent; default: with success. */
  readonly receiver?: MemoryReceiver;
}

export interface MemoryBackend extends Required<Omit<Backend, 'console' | 'limits' | 'access' | 'diagnose'>> {
  /** Where a test makes it fail or wait. */
  readonly checkpoints: Checkpoints;
  appendLog(record: LogRecord): void;
  /** What was used on a day. */
  recordUsage: MemoryUsage['record'];
}

export function createMemoryBackend(options: MemoryBackendOptions): MemoryBackend {
  const { clock, read, createdBy = 'memory' } = options;
  const checkpoints = new Checkpoints();
  const store = new MemoryStore(clock);
  const files = new MemoryFiles({ checkpoints, ...(read === undefined ? {} : { read }) });
  const locks = new MemoryLocks(clock);
  const operations = new MemoryOperations(clock, checkpoints, async (application, work) => {
    locks.check(application, options.lock);
    return work();
  });
  const logs = new MemoryLogs();
  const usage = new MemoryUsage(store, clock);
  const webhooks = new MemoryWebhooks({ store, createdBy, receiver: options.receiver });
  operations.onEnded = (operation) => webhooks.operationEnded(operation);
  const parts: MemoryParts = { store, files, operations, checkpoints, createdBy };
  return {
    name: 'memory',
    checkpoints,
    describe: async (id, call) => {
      await checkpoints.pass('describe');
      call?.signal?.throwIfAborted();
      const found = store.find(id);
      const lock = locks.of(id);
      return found && { ...store.view(found), ...(lock === undefined ? {} : { lock }) };
    },
    applications: async () => store.ids(),
    files: files.role,
    releases: memoryReleases(parts),
    versions: memoryVersions(parts),
    traffic: memoryTraffic(parts),
    settings: memorySettings(parts),
    instances: memoryInstances(store),
    logs: logs.role,
    source: files.sourceRole((name) => store.requireVersion(name).manifest),
    cron: memoryCron(store, clock),
    queues: memoryQueues(store, clock),
    usage: usage.role,
    recordUsage: (amount) => usage.record(amount),
    lock: memoryLockRole(locks, (id) => store.require(id), { createdBy, held: options.lock }),
    pins: memoryPins(parts, locks, options.lock),
    secrets: memorySecrets(parts),
    webhooks: webhooks.role,
    monitoring: memoryMonitoring(store, logs.role, clock),
    operations: operations.role,
    appendLog: (record) => logs.append(record),
    close: async () => {},
  };
}
