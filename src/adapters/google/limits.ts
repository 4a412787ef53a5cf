/** What Google App Engine lacks, declared: the plan of a deploy says what concerns it. */
import type { BackendLimit } from '../../backend/backend.ts';

export const googleLimits: readonly BackendLimit[] = [
  {
    code: 'google-no-instant',
    message:
      'Google moves the traffic of each module by itself: the modules change one shortly after the other, not at one instant.',
    appliesTo: ({ movedModules }) => movedModules.length > 1,
  },
  {
    code: 'google-settings-apart',
    message: 'Google changes settings apart from traffic: for a moment the new ones meet the old versions.',
    appliesTo: ({ hasSettings, movedModules }) => hasSettings && movedModules.length > 0,
  },
  {
    code: 'google-replaced-in-place',
    message:
      'A version that serves is replaced in place at Google, and its traffic meets the new code as soon as that is built. To try it before, deploy under a new version (-V).',
    appliesTo: ({ versions }) => versions.some(({ isReplaced, isServing }) => isReplaced && isServing),
  },
];
