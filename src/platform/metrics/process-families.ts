/** The platform's own process -> metrics, under the names that every exporter uses. */
import { readdirSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { packageVersion } from '../../support/package-version.ts';
import type { MetricFamily } from './exposition.ts';

export function processFamilies(): readonly MetricFamily[] {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, heapTotal } = process.memoryUsage();
  const files = openFiles();
  return [
    {
      ...{ name: 'appcfg_build_info', type: 'gauge', help: 'Always 1; the labels say what runs.' },
      samples: [{ labels: { version: packageVersion, node: process.version }, value: 1 }],
    },
    single('process_cpu_seconds_total', 'counter', 'Processor time of the platform.', (user + system) / 1e6),
    single('process_resident_memory_bytes', 'gauge', 'Memory of the platform.', rss),
    single(
      'process_start_time_seconds',
      'gauge',
      'When the platform started, since 1970.',
      performance.timeOrigin / 1000,
    ),
    ...(files === undefined ? [] : [single('process_open_fds', 'gauge', 'Open files and sockets.', files)]),
    single('nodejs_heap_size_used_bytes', 'gauge', 'Heap in use.', heapUsed),
    single('nodejs_heap_size_total_bytes', 'gauge', 'Heap reserved.', heapTotal),
    single(
      'nodejs_eventloop_active_seconds_total',
      'counter',
      'How long the event loop was busy: a rate of 1 is all that one processor gives.',
      performance.eventLoopUtilization().active / 1000,
    ),
  ];
}

export function single(name: string, type: 'counter' | 'gauge', help: string, value: number): MetricFamily {
  return { name, type, help, samples: [{ value }] };
}

/** Linux only. */
function openFiles(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return undefined;
  }
}
