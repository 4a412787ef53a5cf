/** An application id from the name of a directory. */
import { basename } from 'node:path';
import { applicationIdProblem } from '../model/names.ts';

const FALLBACK = 'my-app';

/** @param directory absolute */
export function proposeApplication(directory: string): string {
  const name = basename(directory)
    .normalize('NFKD')
    // Accents, which normalising takes off their letters.
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z\d]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, '');
  return applicationIdProblem(name) === undefined ? name : FALLBACK;
}
