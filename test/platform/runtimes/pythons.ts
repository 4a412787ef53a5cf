/** The Pythons that the python27 tests run under: each one that this machine has. */
import { createPythonInterpreters } from '../../../src/platform/runtimes/python-interpreters.ts';
import { run } from './fixture-app.ts';

const python2 = await createPythonInterpreters(process.env).python2(run);

/** A PATH without version managers, so that the fallback to python3 is taken. */
export const withoutPython2 = { PATH: '/usr/bin:/bin', HOME: '/nonexistent' };

export interface PythonCase {
  readonly name: string;
  readonly major: number;
  readonly isMissing: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const python3 = await createPythonInterpreters(withoutPython2).python3(run);

export const pythons: readonly PythonCase[] = [
  { name: 'Python 2.7', major: 2, isMissing: python2 === undefined, environment: process.env },
  { name: 'Python 3', major: 3, isMissing: python3 === undefined, environment: withoutPython2 },
];
