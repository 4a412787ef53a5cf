/** What a test of faults did, printed at its end: kills, requests, losses ... */
import { appendFileSync } from 'node:fs';
import { afterAll } from 'vitest';

/** Counts for one test file; printed when it is done. */
export function countsOf(title: string): (changes: Readonly<Record<string, number>>) => void {
  const counts: Record<string, number> = {};
  afterAll(() => {
    const parts = Object.entries(counts).map(([name, count]) => `${count.toLocaleString('en-US')} ${name}`);
    process.stdout.write(`${title}: ${parts.join(', ')}\n`);
    const { FAULT_COUNTS_FILE: file } = process.env;
    if (file) appendFileSync(file, `${JSON.stringify(counts)}\n`);
  });
  return (changes) => {
    for (const [name, change] of Object.entries(changes)) counts[name] = (counts[name] ?? 0) + change;
  };
}
