/** A temporary directory of yaml files for each test, and short ways to load them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type LoadRequest, loadApplication } from '../../../src/config/load-application.ts';

export let root: string;

/** Called by each file that uses it: files of tests may run in one process, which loads this module once. */
export function useWorkspace(): void {
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'appcfg-config-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });
}

export function write(files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
}

export function load(paths: readonly string[], request: Partial<LoadRequest> = {}) {
  const overrides = { environmentVariables: {} };
  return loadApplication({
    paths,
    workingDirectory: root,
    overrides,
    allModules: false,
    versionRequired: true,
    ...request,
  });
}

export const withOverrides = (overrides: Partial<LoadRequest['overrides']>): Partial<LoadRequest> => ({
  overrides: { environmentVariables: {}, ...overrides },
});

export const module = (name?: string, more = '') =>
  `application: simple-sample\n${name === undefined ? '' : `module: ${name}\n`}version: uno\nruntime: php55\n${more}`;

export const found = (paths: readonly string[], request: Partial<LoadRequest> = {}) => {
  const { modules, settingsFiles, diagnostics } = load(paths, request);
  return { modules: modules.map(({ file, module: name }) => `${file} ${name}`), settings: settingsFiles, diagnostics };
};

export const problems = (paths: readonly string[], request: Partial<LoadRequest> = {}) =>
  load(paths, request).diagnostics.map(({ severity, code, file, line, column, path }) =>
    `${severity} ${code} ${file}:${line}:${column} ${path}`.trimEnd(),
  );

export const cron = 'cron:\n- {url: /x, schedule: every 5 minutes}\n';
