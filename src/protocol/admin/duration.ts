/** Durations of the Admin API: seconds with up to nine decimals and an `s`. */

export function durationOfMs(ms: number): string {
  return `${trim(ms / 1000)}s`;
}

export function durationOfSeconds(seconds: number): string {
  return `${trim(seconds)}s`;
}

function trim(value: number): string {
  return value.toFixed(9).replace(/\.?0+$/, '');
}
