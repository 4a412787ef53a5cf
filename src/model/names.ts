/** Names of applications, modules and versions, and the rules they follow (S3 "Application hierarchy"). */

/** The module that serves the application's own address. */
export const DEFAULT_MODULE = 'default';

const label = /^(?!-)[a-z\d-]{0,62}[a-z\d]$/;
const applicationId = /^(?:(?!-)[a-z\d-]{1,100}~)?(?:(?!-)[a-z\d.-]{1,100}:)?(?!-)[a-z\d-]{0,99}[a-z\d]$/;

/** Why a name is not acceptable, as the end of the sentence "X ..."; undefined when it is. */
export type NameProblem = string | undefined;

export function moduleNameProblem(name: string): NameProblem {
  return labelProblem(name);
}

export function versionNameProblem(name: string): NameProblem {
  if (name.includes('-dot-')) return 'must not contain "-dot-", which separates the parts of a host name';
  if (name.startsWith('ah-')) return 'must not begin with "ah-", which is reserved';
  if (name === 'default' || name === 'latest') return `is reserved`;
  return labelProblem(name);
}

export function applicationIdProblem(id: string): NameProblem {
  if (applicationId.test(id)) return undefined;
  return 'must be 1 to 100 lower-case letters, digits and hyphens, and not begin or end with a hyphen';
}

function labelProblem(name: string): NameProblem {
  if (label.test(name)) return undefined;
  return 'must be 1 to 63 lower-case letters, digits and hyphens, and not begin or end with a hyphen';
}

/** Of saved plans: files with it are never deployed. */
export const PLAN_EXTENSION = '.appcfg-plan';
