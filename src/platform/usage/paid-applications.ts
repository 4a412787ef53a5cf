/** Which applications are on App Engine's paid profile: all but those that the operator names. */

const VARIABLE = 'APPCFG_FREE_APPLICATIONS';

/** Ids with commas or blanks between them. */
export function paidApplications(
  environment: Readonly<Record<string, string | undefined>>,
): (application: string) => boolean {
  const free = new Set((environment[VARIABLE] ?? '').split(/[\s,]+/).filter((id) => id !== ''));
  return (application) => !free.has(application);
}
