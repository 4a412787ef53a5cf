/** Names of applications, modules and versions as shapes. */
import { applicationIdProblem, moduleNameProblem, versionNameProblem } from '../../model/names.ts';
import { ruled } from '../shape/build.ts';

const label = '^(?!-)[a-z0-9-]{0,62}[a-z0-9]$';

export const applicationId = ruled('an application id', applicationIdProblem, {
  form: '1 to 100 lower-case letters, digits and hyphens',
  pattern: '^([a-z0-9-]{1,100}~)?([a-z0-9.-]{1,100}:)?(?!-)[a-z0-9-]{0,99}[a-z0-9]$',
  example: 'simple-sample',
  strictness: 'name',
});

export const moduleName = ruled('a module name', moduleNameProblem, {
  form: '1 to 63 lower-case letters, digits and hyphens',
  pattern: label,
  example: 'mobile-frontend',
  strictness: 'name',
});

export const versionId = ruled('a version id', versionNameProblem, {
  form: '1 to 63 lower-case letters, digits and hyphens, without "-dot-"',
  pattern: label,
  example: 'uno',
  strictness: 'name',
});
