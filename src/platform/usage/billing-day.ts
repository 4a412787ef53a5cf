/** App Engine's days: quotas and bills begin anew at midnight in California. */

const format = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/Los_Angeles',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** `2026-11-21` */
export function billingDay(nowMs: number): string {
  return format.format(nowMs);
}
