/** Hints for the errors that people meet most often, by the texts and fields that Google answers with. */
import { expect, it } from 'vitest';
import { adviceFor } from '../../src/adapters/google/advice.ts';

it.each([
  ['Application startup error! Code: APP_CONTAINER_CRASHED', '$PORT'],
  [
    'The first service (module) you upload to a new application must be the default service.',
    'needs its default module first',
  ],
  ['Your app may not have more than 210 versions. Please delete one of the existing versions.', '210 versions'],
  ['version.deployment.files[...]: The number of files exceeds the limit', '10,000 files'],
  ['File "model.bin" is bigger than the maximum size of 33554432 bytes', '32 MB'],
  [
    'Cannot operate on apps/shop/services/default/versions/v1 because an operation is already in progress for apps/shop/services/default by 0a1b.',
    'Another change is going on',
  ],
  ['Runtime python27 is end of support and no longer allowed', 'no longer takes this runtime'],
  [
    'You do not have permission to act as shop@appspot.gserviceaccount.com; iam.serviceAccounts.actAs is needed',
    'roles/iam.serviceAccountUser',
  ],
  ['DEADLINE_EXCEEDED: Your deployment has failed to become healthy in the allotted time', '/readiness_check'],
  ['Cloud build 1234 status: FAILURE', 'The build failed'],
  ['An internal error occurred while processing task', 'Google says no more than that'],
])('%s', (text, hint) => {
  const advice = adviceFor(text);
  expect(advice[0]).toContain(hint);
  expect(advice.length).toBeLessThanOrEqual(2);
});

it('says nothing of what it does not know', () => {
  expect(adviceFor('Requested entity was not found.')).toEqual([]);
});
