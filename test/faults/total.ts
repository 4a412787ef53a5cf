/** Prints one closing line with what all tests of faults did together. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where each test file leaves its counts: they run in processes of their own. */
export default function setup(): () => void {
  const directory = mkdtempSync(join(tmpdir(), 'appcfg-fault-counts-'));
  const file = join(directory, 'counts');
  process.env.FAULT_COUNTS_FILE = file;
  return () => {
    const totals = totalsOf(existsSync(file) ? readFileSync(file, 'utf8') : '');
    rmSync(directory, { recursive: true, force: true });
    const parts = Object.entries(totals).map(([name, count]) => `${count.toLocaleString('en-US')} ${name}`);
    process.stdout.write(`faults, all together: ${parts.join(', ')}\n`);
  };
}

/** What the tests count, by what it is in the closing line. */
const kinds: Readonly<Record<string, string>> = {
  kills: 'kills',
  'kills of the tool': 'kills',
  'instances killed': 'kills',
  'full disks': 'faults',
  'forbidden disks': 'faults',
  'read-only disks': 'faults',
  'damaged files': 'faults',
  'changing files': 'faults',
  truncations: 'faults',
  delays: 'faults',
  resets: 'faults',
  cuts: 'faults',
  repetitions: 'faults',
  holds: 'faults',
  inputs: 'inputs',
  requests: 'requests',
  'requests lost without a kill': 'losses',
  'lost otherwise': 'losses',
};

function totalsOf(text: string): Readonly<Record<string, number>> {
  const totals: Record<string, number> = { kills: 0, faults: 0, inputs: 0, requests: 0, losses: 0 };
  for (const line of text.split('\n').filter(Boolean)) {
    for (const [name, count] of Object.entries(JSON.parse(line) as Record<string, number>)) {
      const kind = kinds[name];
      if (kind !== undefined) totals[kind] = (totals[kind] ?? 0) + count;
    }
  }
  return totals;
}
