/** Sizes for people, in decimal units as App Engine's limits have them: `980 B`, `1.2 kB`, `34 MB`. */

const units = ['kB', 'MB', 'GB', 'TB'] as const;

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  let value = bytes / 1000;
  let index = 0;
  while (value >= 999.5 && index < units.length - 1) {
    value /= 1000;
    index += 1;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[index]}`;
}
