/** Answers and templates -> the files of a new application. Pure. */
import { DEFAULT_MODULE } from '../model/names.ts';
import type { Answers } from './answers.ts';
import type { DetectedCode } from './detected-code.ts';
import type { ModuleChoice } from './module-choice.ts';
import { renderTemplate, type TemplateValues } from './render-template.ts';
import { scalingLines } from './scaling-lines.ts';
import { starterFacts } from './starter-runtime.ts';
import { staticHandlers } from './static-handlers.ts';
import type { Templates } from './templates.ts';
import { yamlWord } from './yaml-word.ts';

export interface ProjectFile {
  /** Relative to the project's directory, with `/`. */
  readonly path: string;
  readonly content: string;
}

export interface ProjectParts {
  readonly answers: Answers;
  /** Code that is there already: then only yaml files are made. */
  readonly existing?: DetectedCode | undefined;
  /** Of the runtime. */
  readonly starter: Templates;
  readonly settings: Templates;
  readonly nodeVersion: string;
}

/** A module of the project: its name for App Engine and its yaml file. */
export interface PlacedModule extends ModuleChoice {
  readonly module: string;
  /** `app.yaml`, `worker.yaml` (same code), `worker/app.yaml` (code of its own). */
  readonly file: string;
}

const MODULE_FILE = 'app.yaml';

/** The first module is the default one. Code that is there is shared; new code has a folder for each of several modules. */
export function placeModules({ modules }: Answers, isExisting: boolean): readonly PlacedModule[] {
  const hasFolders = !isExisting && modules.length > 1;
  return modules.map((choice, index) => {
    const { name } = choice;
    const shared = index === 0 ? MODULE_FILE : `${name}.yaml`;
    return {
      ...choice,
      module: index === 0 ? DEFAULT_MODULE : name,
      file: hasFolders ? `${name}/${MODULE_FILE}` : shared,
    };
  });
}

export function projectFiles(parts: ProjectParts): readonly ProjectFile[] {
  const { answers, existing, starter } = parts;
  const placed = placeModules(answers, existing !== undefined);
  const modules = placed.flatMap((module): readonly ProjectFile[] => {
    const yaml = { path: module.file, content: moduleFile(module, parts) };
    if (existing !== undefined) return [yaml];
    const folder = module.file.slice(0, -MODULE_FILE.length);
    const others = [...starter].filter(([path]) => path !== MODULE_FILE);
    return [yaml, ...others.map(([path, content]) => ({ path: `${folder}${path}`, content }))];
  });
  return [...modules, ...settingsFiles(parts, placed)];
}

function moduleFile(module: PlacedModule, parts: ProjectParts): string {
  const { answers, existing, starter, nodeVersion } = parts;
  const facts = starterFacts(answers.runtime, nodeVersion);
  return renderTemplate(templateOf(starter, MODULE_FILE), {
    application: yamlWord(answers.application),
    module: yamlWord(module.module),
    version: yamlWord(answers.version),
    runtime: facts.runtime,
    entrypoint: existing === undefined ? (facts.entrypoint ?? []) : (existing.entrypoint ?? []),
    handlers: handlersOf(module, answers, existing),
    scaling: facts.hasCode ? scalingLines(module) : [],
  });
}

function handlersOf(module: PlacedModule, { runtime }: Answers, existing: DetectedCode | undefined): readonly string[] {
  if (runtime === 'static') {
    if (existing?.handlers !== undefined) return existing.handlers;
    const own = module.module === DEFAULT_MODULE ? [] : staticHandlers(`/${module.module}/`, 'public');
    return [...own, ...staticHandlers('/', 'public')];
  }
  return ['- url: /.*', '  script: main.app'];
}

function settingsFiles(parts: ProjectParts, placed: readonly PlacedModule[]): readonly ProjectFile[] {
  const { answers, settings } = parts;
  const others = placed.filter(({ module }) => module !== DEFAULT_MODULE);
  const worker = others.find(({ scaling }) => scaling !== 'automatic');
  const values: TemplateValues = {
    application: yamlWord(answers.application),
    rules: others.flatMap(({ module }) => [`- url: '*/${module}/*'`, `  module: ${yamlWord(module)}`]),
    target: worker === undefined ? [] : [`target: ${yamlWord(worker.module)}`],
  };
  const kinds = (['dispatch', 'cron', 'queue'] as const).filter((kind) => answers[kind]);
  return kinds.map((kind) => {
    const path = `${kind}.yaml`;
    return { path, content: renderTemplate(templateOf(settings, path), values) };
  });
}

function templateOf(templates: Templates, path: string): string {
  const template = templates.get(path);
  if (template === undefined) throw new Error(`the package lacks the template ${path}`);
  return template;
}
