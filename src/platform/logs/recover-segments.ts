/** Finds the segments of an application at the start, and seals what a crash left open. */

import { readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pace } from '../store/pace.ts';
import { readNames } from '../store/read-names.ts';
import type { StoredSegment } from './application-log.ts';
import { timeOfLine } from './record-line.ts';
import { parseSegmentName, sealedName } from './segment.ts';
import { visitFile } from './segment-scan.ts';

/** In order of their sequence. */
export async function recoverSegments(
  folder: string,
  application: string,
  pace: Pace,
): Promise<readonly StoredSegment[]> {
  const segments: StoredSegment[] = [];
  for (const name of readNames(folder)) {
    const parsed = parseSegmentName(name);
    const file = join(folder, name);
    if (parsed?.kind === 'sealed') {
      const { sequence, firstMs, lastMs } = parsed;
      segments.push({ application, sequence, firstMs, lastMs, file, bytes: statSync(file).size });
    } else if (parsed?.kind === 'open') {
      const recovered = await sealLeftover({ application, sequence: parsed.sequence, file, folder, pace });
      if (recovered) segments.push(recovered);
    }
  }
  return segments.sort((a, b) => a.sequence - b.sequence);
}

interface Leftover {
  readonly application: string;
  readonly sequence: number;
  readonly file: string;
  readonly folder: string;
  readonly pace: Pace;
}

async function sealLeftover({
  application,
  sequence,
  file,
  folder,
  pace,
}: Leftover): Promise<StoredSegment | undefined> {
  const bytes = await cutTornLine(file);
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = 0;
  await visitFile(file, pace, (line) => {
    const timeMs = timeOfLine(line);
    if (Number.isNaN(timeMs)) return;
    firstMs = Math.min(firstMs, timeMs);
    lastMs = Math.max(lastMs, timeMs);
  });
  if (firstMs > lastMs) {
    rmSync(file, { force: true });
    return undefined;
  }
  const segment = { application, sequence, firstMs, lastMs, bytes, file };
  const sealed = join(folder, sealedName(segment));
  renameSync(file, sealed);
  return { ...segment, file: sealed };
}

/** @returns the bytes of the complete lines */
async function cutTornLine(file: string): Promise<number> {
  const content = readFileSync(file);
  const complete = content.lastIndexOf('\n') + 1;
  if (complete < content.length) {
    const handle = await open(file, 'r+');
    try {
      await handle.truncate(complete);
    } finally {
      await handle.close();
    }
  }
  return complete;
}
