/** A frame of `top` -> a screen. */
import type { TopFrame, TopOrder, TopRow } from '../../operate/top.ts';
import { bytes, duration, localTime, percent } from './quantity.ts';
import type { Style } from './style.ts';
import { renderTable } from './table.ts';

/** @param rows in the order in which they are shown */
export function renderTop(frame: TopFrame, rows: readonly TopRow[], style: Style): string {
  const sum = (value: (row: TopRow) => number) => frame.rows.reduce((total, row) => total + value(row), 0);
  const seconds = frame.windowMs / 1000;
  const errors = sum((row) => row.errors);
  const totals = [
    `${sum((row) => row.instances)} instances`,
    `${rate(sum((row) => row.requestsPerSecond))} requests/s`,
    `${bytes(sum((row) => row.memoryBytes))} memory`,
    errors > 0 ? style.red(`${errors} errors`) : '0 errors',
  ];
  const head = `${style.bold(localTime(frame.time))}  ${totals.join(', ')} in the last ${seconds} s`;
  if (rows.length === 0) return `${head}\n\nNothing is deployed yet. Deploy with: appcfg update <directory>`;
  const hasMany = new Set(frame.rows.map(({ application }) => application)).size > 1;
  return `${head}\n\n${renderTable(rows, columns(style, hasMany), style)}`;
}

/** What the keys do, the order in force marked. */
export function renderTopKeys(order: TopOrder, style: Style): string {
  const keys: readonly (readonly [string, TopOrder])[] = [
    ['n', 'name'],
    ['r', 'requests'],
    ['l', 'latency'],
    ['m', 'memory'],
    ['e', 'errors'],
  ];
  const sorting = keys.map(([key, name]) => (name === order ? style.bold(`[${key} ${name}]`) : `${key} ${name}`));
  return style.dim('sort: ') + sorting.join('  ') + style.dim('   q quit');
}

function columns(style: Style, hasMany: boolean) {
  const right = 'right' as const;
  return [
    ...(hasMany ? [{ header: 'APPLICATION', cell: (row: TopRow) => row.application }] : []),
    { header: 'MODULE', cell: (row: TopRow) => row.module },
    { header: 'VERSION', cell: (row: TopRow) => row.version },
    { header: 'TRAFFIC', cell: (row: TopRow) => percent(row.trafficShare), align: right },
    { header: 'INSTANCES', cell: (row: TopRow) => instancesText(row, style), align: right },
    { header: 'ACTIVE', cell: (row: TopRow) => String(row.requestsInFlight), align: right },
    { header: 'REQ/S', cell: (row: TopRow) => rate(row.requestsPerSecond), align: right },
    { header: 'P50', cell: (row: TopRow) => latency(row.latencyP50Ms), align: right },
    { header: 'P95', cell: (row: TopRow) => latency(row.latencyP95Ms), align: right },
    { header: 'ERRORS', cell: (row: TopRow) => (row.errors > 0 ? style.red(String(row.errors)) : '0'), align: right },
    { header: 'MEMORY', cell: (row: TopRow) => bytes(row.memoryBytes), align: right },
  ];
}

function instancesText({ servingStatus, instances, notReady }: TopRow, style: Style): string {
  if (servingStatus === 'stopped' && instances + notReady === 0) return 'stopped';
  return notReady > 0 ? `${instances}${style.yellow(`+${notReady}`)}` : String(instances);
}

function latency(ms: number | undefined): string {
  return ms === undefined ? '-' : duration(ms);
}

function rate(perSecond: number): string {
  return perSecond.toFixed(1);
}
