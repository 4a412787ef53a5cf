/** Percentages and spans of time on the command line. */

/** undefined unless they rise, above 0 and to 100 at most. */
export function readShares(text: string): readonly number[] | undefined {
  const parts = text.split(',').map((part) => part.trim().replace(/%$/, ''));
  if (parts.some((part) => !/^\d+(\.\d+)?$/.test(part))) return undefined;
  const shares = parts.map(Number);
  const isRising = shares.every((share, index) => share > (shares[index - 1] ?? 0) && share <= 100);
  return isRising ? shares : undefined;
}

const unitsMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** `30s`, `1.5m`, `0s` -> milliseconds; undefined for anything else, and for more than a day. */
export function readSpan(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([smh])$/.exec(text);
  const ms = match ? Number(match[1]) * (unitsMs[match[2] ?? ''] ?? Number.NaN) : Number.NaN;
  return ms <= 86_400_000 ? ms : undefined;
}
