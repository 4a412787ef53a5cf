/** What an application used -> tables by day: instances, then totals and their cost. */
import type { DayUsage, ModuleHours, UsageReport } from '../../model/usage.ts';
import { bytes } from './quantity.ts';
import type { Style } from './style.ts';
import { renderTable } from './table.ts';

export function renderUsage(report: UsageReport, style: Style): string {
  const { application, profile, days } = report;
  const head = `${style.bold(application)}, profile ${profile}`;
  if (days.length === 0) return `${head}\nNothing was used in this time.`;
  const blocks = [head, instancesTable(report, style), totalsTable(report, style), ...remarks(report)];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function instancesTable({ days, today }: UsageReport, style: Style): string {
  type Row = { readonly day: DayUsage; readonly used: ModuleHours; readonly isFirst: boolean };
  const rows = days.flatMap((day) => day.instances.map((used, index): Row => ({ day, used, isFirst: index === 0 })));
  return renderTable<Row>(
    rows,
    [
      { header: 'DAY', cell: ({ day, isFirst }) => (isFirst ? dayText(day, today) : '') },
      { header: 'MODULE', cell: ({ used }) => used.module },
      { header: 'CLASS', cell: ({ used }) => used.instanceClass },
      { header: 'INSTANCE HOURS', cell: ({ used }) => hours(used.hours), align: 'right' },
      { header: 'BILLED AS', cell: ({ used }) => billedText(used), align: 'right' },
    ],
    style,
  );
}

function billedText({ instanceClass, billedHours }: ModuleHours): string {
  if (billedHours === 0) return '';
  return `${hours(billedHours)} ${instanceClass.startsWith('F') ? 'F1' : 'B1'}`;
}

function totalsTable({ days, prices, today, profile }: UsageReport, style: Style): string {
  const rows = days.length > 1 ? [...days, sumOf(days)] : days;
  const free = (amount: string) => (profile === 'free' ? `OF ${amount}` : `(${amount} FREE)`);
  return renderTable<DayUsage>(
    rows,
    [
      { header: 'DAY', cell: (row) => dayText(row, today) },
      {
        header: `F1 HOURS ${free(String(prices.freeFrontendHours))}`,
        cell: (row) => hours(row.frontendHours),
        align: 'right',
      },
      {
        header: `B1 HOURS ${free(String(prices.freeBackendHours))}`,
        cell: (row) => hours(row.backendHours),
        align: 'right',
      },
      {
        header: `OUTGOING ${free(`${prices.freeOutgoingGigabytes} GB`)}`,
        cell: (row) => bytes(row.outgoingBytes),
        align: 'right',
      },
      { header: 'ESTIMATED COST', cell: (row) => dollars(row.estimatedCost.total), align: 'right' },
    ],
    style,
  );
}

const TOTAL = 'total';

function sumOf(days: readonly DayUsage[]): DayUsage {
  const add = (pick: (day: DayUsage) => number) => days.reduce((sum, day) => sum + pick(day), 0);
  return {
    day: TOTAL,
    instances: [],
    frontendHours: add((day) => day.frontendHours),
    backendHours: add((day) => day.backendHours),
    outgoingBytes: add((day) => day.outgoingBytes),
    responseBytes: add((day) => day.responseBytes),
    socketBytesSent: add((day) => day.socketBytesSent),
    socketBytesReceived: add((day) => day.socketBytesReceived),
    estimatedCost: {
      frontend: add((day) => day.estimatedCost.frontend),
      backend: add((day) => day.estimatedCost.backend),
      outgoing: add((day) => day.estimatedCost.outgoing),
      total: add((day) => day.estimatedCost.total),
    },
  };
}

/** What the numbers do not say. */
function remarks({ application, profile, days, prices, today }: UsageReport): readonly string[] {
  if (profile !== 'free') {
    const { frontendHour, backendHour, outgoingGigabyte } = prices;
    const each = `${dollars(frontendHour)} an F1 hour, ${dollars(backendHour)} a B1 hour, ${dollars(outgoingGigabyte)} a GB`;
    return [`Prices beyond what is free each day: ${each}.`];
  }
  const now = days.find(({ day }) => day === today);
  const isOver =
    now !== undefined && (now.frontendHours >= prices.freeFrontendHours || now.backendHours >= prices.freeBackendHours);
  if (!isOver) return [];
  const more = `More: appcfg set-profile paid-us -A ${application}`;
  return [`Today's free hours are used up: nothing runs until midnight in California. ${more}`];
}

function dayText({ day }: DayUsage, today: string): string {
  return day === today ? `${day} (so far)` : day;
}

function hours(amount: number): string {
  return amount.toFixed(2);
}

/** Small amounts with as many digits as they need to be seen. */
function dollars(amount: number): string {
  return `$${amount > 0 && amount < 0.01 ? amount.toFixed(4) : amount.toFixed(2)}`;
}
