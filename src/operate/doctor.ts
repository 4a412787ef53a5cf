/** Looks for what usually stands in the way: an old Node, missing interpreters, folders that can't be written, a sick platform. */
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { isAppcfgError, messageOf } from '../errors.ts';
import type { EgressStatus } from '../model/egress.ts';
import { type IsolationStatus, isolationLevels } from '../model/isolation.ts';
import { formatBytes } from '../support/format-bytes.ts';
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
  /** The platform on this machine; undefined when it does not run. */
  readonly findPlatform: () => Promise<FoundPlatform | undefined>;
  /** Another place to deploy to: then it is looked at, instead of what the platform on this machine needs. */
  readonly examineBackend?: (() => Promise<readonly Finding[]>) | undefined;
}

export interface FoundPlatform {
  /** Where it answers, for people. */
  readonly address: string;
  readonly isolation?: IsolationStatus;
  readonly egress?: EgressStatus;
}

export async function doctor(request: DoctorRequest): Promise<readonly Finding[]> {
  const machine = [
    checkNode(request.nodeVersion),
    ...Object.entries(request.directories).map(([name, directory]) => checkDirectory(name, directory as string)),
    ...checkSpace(request.directories),
  ];
  if (request.examineBackend) return [...machine, ...(await request.examineBackend())];
  const [node, ...others] = machine;
  return [
    ...(node ? [node] : []),
    ...interpreters.map((interpreter) => checkInterpreter(interpreter, request.environment.PATH ?? '')),
    ...others,
    ...(await checkPlatform(request.findPlatform)),
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
  { program: 'java', usedBy: 'runtimes java*' },
  { program: 'go', usedBy: 'runtimes go*, to build programs' },
  { program: 'php', usedBy: 'runtimes php*' },
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
  const existing = existingParent(directory);
  try {
    accessSync(existing, constants.W_OK);
    return { what: `${name} folder`, state: 'ok', detail: directory };
  } catch (error) {
    const hint = `Make ${existing} writable, or choose another place with APPCFG_HOME.`;
    return { what: `${name} folder`, state: 'error', detail: `${directory}: ${messageOf(error)}`, hint };
  }
}

const GIBIBYTE = 1024 ** 3;
/** Below it, logs and uploads fill the disk soon; below the second, nothing can be deployed. */
const LITTLE_SPACE = GIBIBYTE;
const NO_SPACE = GIBIBYTE / 16;

/** Of the folders that grow; one line where they are on one disk. */
function checkSpace({ state, cache }: HomeDirectories): readonly Finding[] {
  const disks = new Map<number, Finding>();
  for (const directory of [state, cache].map(existingParent)) {
    try {
      const { bavail, bsize } = statfsSync(directory);
      disks.set(statSync(directory).dev, spaceFinding(directory, bavail * bsize));
    } catch {
      // Said of the folder itself already, or not known on this machine.
    }
  }
  return [...disks.values()];
}

function spaceFinding(directory: string, freeBytes: number): Finding {
  const finding = { what: 'disk space', detail: `${formatBytes(freeBytes)} free at ${directory}` } as const;
  if (freeBytes >= LITTLE_SPACE) return { ...finding, state: 'ok' };
  const hint =
    'Make room, delete what nothing needs with appcfg platform collect, or choose another place with APPCFG_HOME.';
  return { ...finding, state: freeBytes < NO_SPACE ? 'error' : 'warning', hint };
}

function existingParent(directory: string): string {
  let existing = directory;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  return existing;
}

async function checkPlatform(find: DoctorRequest['findPlatform']): Promise<readonly Finding[]> {
  try {
    const found = await find();
    if (found === undefined) {
      const detail = 'not running; it starts when it is needed';
      return [{ what: 'platform', state: 'ok', detail }, unknownIsolation];
    }
    const running: Finding = { what: 'platform', state: 'ok', detail: `running, ${found.address}` };
    return [
      running,
      ...(found.isolation ? [isolationFinding(found.isolation)] : []),
      ...(found.egress ? [egressFinding(found.egress)] : []),
    ];
  } catch (error) {
    const hint = isAppcfgError(error) ? error.hints[0] : undefined;
    return [{ what: 'platform', state: 'error', detail: messageOf(error), ...(hint === undefined ? {} : { hint }) }];
  }
}

const unknownIsolation: Finding = {
  what: 'isolation',
  state: 'ok',
  detail: 'chosen when the platform starts; appcfg platform start, then ask again',
};

/** Advisory rules are what most machines have: worth a word to who runs code of others. */
function egressFinding({ mode, reasons, advice }: EgressStatus): Finding {
  const rules = { kernel: 'kernel rules', advisory: 'advisory rules, which native code can go around' }[mode];
  const detail = [`outbound sockets of python27 and java7: ${rules}`, ...reasons].join('; ');
  const finding = { what: 'sockets', state: 'ok', detail } as const;
  return mode === 'kernel' ? finding : { ...finding, hint: [...advice, 'More: docs/sockets.md'].join(' ') };
}

/** What is not the strongest level is worth a word, and no failure: who needs it, requires it. */
function isolationFinding({ level, reasons, advice }: IsolationStatus): Finding {
  const detail = [level === 'none' ? 'level none' : `level ${level}, builds too`, ...reasons].join('; ');
  const isStrongest = level === isolationLevels.at(-1) && reasons.length === 0;
  if (isStrongest) return { what: 'isolation', state: 'ok', detail };
  return { what: 'isolation', state: 'warning', detail, hint: [...advice, 'More: docs/isolation.md'].join(' ') };
}
