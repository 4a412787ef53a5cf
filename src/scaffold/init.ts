/** The init use case: a directory and some answers -> the files of an application. */
import { join, relative, resolve } from 'node:path';
import { failure } from '../errors.ts';
import type { Asker } from '../support/questions.ts';
import { type Answers, checkAnswers } from './answers.ts';
import { detectCode } from './detect.ts';
import type { DetectedCode } from './detected-code.ts';
import { directoryFacts } from './directory-facts.ts';
import { type GivenAnswers, interview, type Proposal, proposedAnswers } from './interview.ts';
import { compareFiles, type FileState, placeFiles } from './place-files.ts';
import { type PlacedModule, placeModules, projectFiles } from './project-files.ts';
import { proposeApplication } from './propose-application.ts';
import { starterFacts } from './starter-runtime.ts';
import { readTemplates } from './templates.ts';

export interface InitRequest {
  /** As the user named it. */
  readonly directory: string;
  readonly workingDirectory: string;
  readonly given: GivenAnswers;
  readonly isDryRun: boolean;
  readonly overwrites: boolean;
}

export interface InitContext {
  /** The package's folder `templates`. */
  readonly templates: string;
  /** `process.version` */
  readonly nodeVersion: string;
  /** Absent where nobody can be asked. */
  readonly asker?: Asker | undefined;
  /** For people, before the questions. */
  readonly onNote: (message: string) => void;
}

export interface InitResult {
  /** Absolute. */
  readonly directory: string;
  readonly isDryRun: boolean;
  readonly application: string;
  readonly version: string;
  readonly runtime: string;
  readonly modules: readonly PlacedModule[];
  readonly files: readonly Pick<FileState, 'path' | 'outcome'>[];
  /** What is still missing, for people. */
  readonly notes: readonly string[];
  /** Commands to go on with. */
  readonly next: readonly string[];
}

/** @throws AppcfgError `init.would-overwrite`, `init.not-possible`, `init.in-the-way`, `interrupted`; nothing was written */
export async function initProject(request: InitRequest, context: InitContext): Promise<InitResult> {
  const directory = resolve(request.workingDirectory, request.directory);
  const detected = detectCode(directoryFacts(directory));
  if (detected !== undefined) context.onNote(detectionNote(detected, context.nodeVersion));
  const answers = await answer(request.given, detected, directory, context);
  const existing = detected !== undefined && isSameLanguage(detected, answers) ? detected : undefined;
  checkAnswers(answers, existing !== undefined);
  const modules = placeModules(answers, existing !== undefined);
  const { nodeVersion, templates } = context;
  const files = projectFiles({
    answers,
    existing,
    nodeVersion,
    starter: readTemplates(templates, answers.runtime),
    settings: readTemplates(templates, 'settings'),
  });
  const compared = compareFiles(directory, files);
  if (!request.isDryRun) {
    await allowOverwriting(request, context, compared);
    placeFiles(directory, compared);
  }
  return {
    directory,
    isDryRun: request.isDryRun,
    application: answers.application,
    version: answers.version,
    runtime: answers.runtime,
    modules,
    files: compared.map(({ path, outcome }) => ({ path, outcome })),
    notes: existing?.notes ?? [],
    next: nextCommands(relative(request.workingDirectory, directory), existing !== undefined && modules.length > 1),
  };
}

function answer(
  given: GivenAnswers,
  detected: DetectedCode | undefined,
  directory: string,
  { asker, nodeVersion }: InitContext,
): Promise<Answers> | Answers {
  const proposal: Proposal = {
    application: proposeApplication(directory),
    version: 'v1',
    runtime: detected?.runtime ?? 'python3',
    nodeVersion,
  };
  return asker === undefined ? proposedAnswers(given, proposal) : interview(given, proposal, asker);
}

/** Old and new Python are served by the same files. */
function isSameLanguage({ runtime }: DetectedCode, answers: Answers): boolean {
  const isPython = (name: string) => name.startsWith('python');
  return runtime === answers.runtime || (isPython(runtime) && isPython(answers.runtime));
}

async function allowOverwriting(
  request: InitRequest,
  { asker }: InitContext,
  files: readonly FileState[],
): Promise<void> {
  const overwritten = files.filter(({ outcome }) => outcome === 'overwrites').map(({ path }) => path);
  if (overwritten.length === 0 || request.overwrites) return;
  const message = `Overwrite ${overwritten.join(', ')}?`;
  if (asker !== undefined && (await asker.confirm({ message, defaultAnswer: false }))) return;
  throw failure('init.would-overwrite', { files: overwritten.map((path) => join(request.directory, path)) });
}

function detectionNote({ because, runtime }: DetectedCode, nodeVersion: string): string {
  const { label } = starterFacts(runtime, nodeVersion);
  return `There is ${because}: this looks like ${label}. For code that is there only yaml files are written.`;
}

/** With an app.yaml in it, a directory stands for that module alone. */
function nextCommands(folder: string, sharesDirectory: boolean): readonly string[] {
  const enter = folder === '' ? [] : [`cd ${shellWord(folder)}`];
  return [...enter, 'appcfg dev', `appcfg update .${sharesDirectory ? ' --all-modules' : ''}`];
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
