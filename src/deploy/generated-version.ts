/** The version id that gcloud's manners give when nobody names one: local time, `20261121t093000`. */

export function generatedVersion(nowMs: number): string {
  const date = new Date(nowMs);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`;
  return `${day}t${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
}
