/** Looks for what usually stands in the way: an old Node, missing interpreters, folders that can't be written, a sick platform. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { isAppcfgError, messageOf } from '../errors.ts';
import type { HomeDirectories } from '../support/home-directories.ts';

export interface Finding {
  readonly what: string;
  /** error: something will fail; warning: something may be missing, depending on the application. */
  readonly state: 'ok' | 'warning' | 'error';
  readonly detail: string;
  readonly hint?: string;
}

export interface DoctorRequest {
  /** `process.version` */
  readonly nodeVersion: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly directories: HomeDirectories;
  /** The platform on this machine: where it answers, undefined when it does not run. */
  readonly findPlatform: () => Promise<string | undefined>;
}

export async function doctor(request: DoctorRequest): Promise<readonly Finding[]> {
  return [
    checkNode(request.nodeVersion),
    ...interpreters.map((interpreter) => checkInterpreter(interpreter, request.environment.PATH ?? '')),
    ...Object.entries(request.directories).map(([name, directory]) => checkDirectory(name, directory as string)),
    await checkPlatform(request.findPlatform),
  ];
}

const OLDEST_NODE: readonly [number, number] = [20, 19];

function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const isNewEnough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  const finding = { what: 'Node', detail: version } as const;
  if (isNewEnough) return { ...finding, state: 'ok' };
  return { ...finding, state: 'error', hint: `Install Node ${OLDEST_NODE.join('.')} or newer.` };
}

interface Interpreter {
  readonly program: string;
  readonly usedBy: string;
}

const interpreters: readonly Interpreter[] = [
  { program: 'python3', usedBy: 'runtimes python3*, and python27 where there is no python2.7' },
  { program: 'python2.7', usedBy: 'runtime python27; without it, it runs under python3' },
  { program: 'npm', usedBy: 'runtimes nodejs*, to install dependencies' },
];

function checkInterpreter({ program, usedBy }: Interpreter, path: string): Finding {
  const found = path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program))
    .find(isExecutable);
  if (found !== undefined) return { what: program, state: 'ok', detail: found };
  return { what: program, state: 'warning', detail: 'not found', hint: `Needed by ${usedBy}.` };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** A folder that is not there yet is fine when it can be made. */
function checkDirectory(name: string, directory: string): Finding {
  let existing = directory;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  try {
    accessSync(existing, constants.W_OK);
    return { what: `${name} folder`, state: 'ok', detail: directory };
  } catch (error) {
    const hint = `Make ${existing} writable, or choose another place with APPCFG_HOME.`;
    return { what: `${name} folder`, state: 'error', detail: `${directory}: ${messageOf(error)}`, hint };
  }
}

async function checkPlatform(find: DoctorRequest['findPlatform']): Promise<Finding> {
  try {
    const address = await find();
    if (address !== undefined) return { what: 'platform', state: 'ok', detail: `running, ${address}` };
    return { what: 'platform', state: 'ok', detail: 'not running; it starts when it is needed' };
  } catch (error) {
    const hint = isAppcfgError(error) ? error.hints[0] : undefined;
    return { what: 'platform', state: 'error', detail: messageOf(error), ...(hint === undefined ? {} : { hint }) };
  }
}
