/** Starter applications as tests make them: answers over the usual ones, and their files. */
import { join } from 'node:path';
import type { Answers } from '../../../src/scaffold/answers.ts';
import type { DetectedCode } from '../../../src/scaffold/detected-code.ts';
import { usualModule } from '../../../src/scaffold/module-choice.ts';
import { type ProjectFile, projectFiles } from '../../../src/scaffold/project-files.ts';
import { readTemplates } from '../../../src/scaffold/templates.ts';

const templates = join(import.meta.dirname, '../../../templates');

export function someAnswers(changes: Partial<Answers> = {}): Answers {
  const usual = { application: 'shop', version: 'v1', runtime: 'python3', modules: [usualModule('web')] } as const;
  return { ...usual, dispatch: false, cron: false, queue: false, ...changes };
}

export function filesFor(answers: Answers, existing?: DetectedCode): readonly ProjectFile[] {
  return projectFiles({
    answers,
    existing,
    nodeVersion: process.version,
    starter: readTemplates(templates, answers.runtime),
    settings: readTemplates(templates, 'settings'),
  });
}

export function contentOf(files: readonly ProjectFile[], path: string): string {
  return files.find((file) => file.path === path)?.content ?? `there is no ${path}`;
}
