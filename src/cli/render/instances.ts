/** Running instances -> a table. */
import type { InstanceState, InstanceSummary } from '../../model/instance.ts';
import { printable } from './printable.ts';
import { bytes, duration } from './quantity.ts';
import type { Style } from './style.ts';
import { renderTable } from './table.ts';

export function renderInstances(instances: readonly InstanceSummary[], style: Style, nowMs: number): string {
  return renderTable(
    instances,
    [
      { header: 'MODULE', cell: (row) => row.module },
      { header: 'VERSION', cell: (row) => row.version },
      { header: 'INSTANCE', cell: (row) => row.id },
      { header: 'STATE', cell: (row) => stateText(row, style) },
      { header: 'PID', cell: (row) => (row.pid === undefined ? '' : String(row.pid)), align: 'right' },
      { header: 'UPTIME', cell: (row) => uptimeText(row, nowMs), align: 'right' },
      { header: 'REQUESTS', cell: (row) => String(row.requests), align: 'right' },
      { header: 'ERRORS', cell: (row) => String(row.errors), align: 'right' },
      { header: 'LATENCY', cell: (row) => (row.requests === 0 ? '' : duration(row.averageLatencyMs)), align: 'right' },
      {
        header: 'MEMORY',
        cell: (row) => (row.memoryBytes === undefined ? '' : bytes(row.memoryBytes)),
        align: 'right',
      },
      { header: 'CPU', cell: cpuText, align: 'right' },
      { header: 'SOCKETS', cell: (row) => row.egress ?? '' },
      { header: 'RESTARTS', cell: (row) => String(row.restarts), align: 'right' },
      { header: 'REASON', cell: (row) => printable(row.reason) },
    ],
    style,
  );
}

function stateText({ state }: InstanceSummary, style: Style): string {
  const paint: Readonly<Record<InstanceState, (text: string) => string>> = {
    ready: style.green,
    spawning: style.yellow,
    starting: style.yellow,
    stopping: style.yellow,
    failed: style.red,
  };
  return paint[state](state);
}

/** `12.3 s (4%)`: so far, and of one core lately. */
function cpuText({ cpuSeconds, cpuUtilization }: InstanceSummary): string {
  if (cpuSeconds === undefined) return '';
  const lately = cpuUtilization === undefined ? '' : ` (${Math.round(cpuUtilization * 100)}%)`;
  return `${duration(cpuSeconds * 1000)}${lately}`;
}

function uptimeText({ startedAt }: InstanceSummary, nowMs: number): string {
  return startedAt === undefined ? '' : duration(Math.max(0, nowMs - Date.parse(startedAt)));
}
