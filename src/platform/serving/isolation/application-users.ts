/** A user number for each application, the same after every restart: nobody else on the machine has it. */
import { readFileSync } from 'node:fs';
import { writeFileAtomically } from '../../atomic-file.ts';
import type { UserRange } from './user-range.ts';

/** User and group number. */
export type UserOf = (application: string) => number;

/** @param file remembers who has which number; a number is never given twice */
export function applicationUsers(file: string, range: UserRange): UserOf {
  const users = new Map(Object.entries(readUsers(file)));
  return (application) => {
    const known = users.get(application);
    if (known !== undefined) return known;
    const taken = new Set(users.values());
    let next = range.first;
    while (taken.has(next)) next += 1;
    if (next >= range.first + range.count) throw new Error('there is no user number left for another application');
    users.set(application, next);
    writeFileAtomically(file, JSON.stringify(Object.fromEntries(users)));
    return next;
  };
}

/** A damaged file must not let two applications share a user: its owner has to decide. */
function readUsers(file: string): Readonly<Record<string, number>> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  const value: unknown = JSON.parse(text);
  if (value === null || typeof value !== 'object') throw new Error(`${file} holds no users`);
  for (const number of Object.values(value)) if (!Number.isInteger(number)) throw new Error(`${file} holds no users`);
  return value as Readonly<Record<string, number>>;
}
