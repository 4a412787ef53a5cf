/** Names and values -> two aligned columns. */
import type { Style } from './style.ts';

/** Lines without a value are left out. */
export function renderPairs(pairs: readonly (readonly [string, string | undefined])[], style: Style): string {
  const present = pairs.filter((pair): pair is readonly [string, string] => pair[1] !== undefined);
  const width = Math.max(0, ...present.map(([name]) => name.length));
  return present.map(([name, value]) => `${style.bold(name.padEnd(width))}  ${value}`).join('\n');
}
