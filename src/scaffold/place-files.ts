/** Puts files into a directory: all of them or none, and over nobody's work unless that was asked for. */
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { failure } from '../errors.ts';
import type { ProjectFile } from './project-files.ts';

export type FileOutcome = 'new' | 'overwrites' | 'unchanged';

export interface FileState extends ProjectFile {
  readonly outcome: FileOutcome;
}

/**
 * What is in the way of the files.
 * @param directory absolute; need not exist
 * @throws AppcfgError `init.in-the-way` when a folder or something else lies where a file or a folder has to be
 */
export function compareFiles(directory: string, files: readonly ProjectFile[]): readonly FileState[] {
  checkFolder(directory);
  return files.map((file) => {
    const path = join(directory, file.path);
    for (const folder of foldersOf(file.path)) checkFolder(join(directory, folder));
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return { ...file, outcome: 'new' };
    if (stats.isDirectory()) throw failure('init.in-the-way', { path, wanted: 'file' });
    return { ...file, outcome: isSame(path, file.content) ? 'unchanged' : 'overwrites' };
  });
}

/** Outermost first. */
function foldersOf(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** Nothing here waits, so that no signal comes in between; a failure takes back what was done. */
export function placeFiles(directory: string, files: readonly FileState[]): void {
  const made = makeFolders(directory);
  const wanted = files.filter(({ outcome }) => outcome !== 'unchanged');
  const placed: string[] = [];
  let staging: string | undefined;
  try {
    staging = mkdtempSync(join(directory, '.appcfg-init-'));
    for (const [index, { content }] of wanted.entries()) writeFileSync(join(staging, String(index)), content);
    for (const [index, { path, outcome }] of wanted.entries()) {
      const target = join(directory, path);
      made.push(...makeFolders(dirname(target)));
      renameSync(join(staging, String(index)), target);
      if (outcome === 'new') placed.push(target);
    }
    rmSync(staging, { recursive: true });
  } catch (error) {
    if (staging !== undefined) rmSync(staging, { recursive: true, force: true });
    for (const path of placed) rmSync(path, { force: true });
    for (const folder of made.reverse()) removeEmpty(folder);
    throw error;
  }
}

/** Those that were not there, outermost first. */
function makeFolders(directory: string): string[] {
  const first = mkdirSync(directory, { recursive: true });
  if (first === undefined) return [];
  const made: string[] = [];
  for (let folder = resolve(directory); folder.length >= resolve(first).length; folder = dirname(folder)) {
    made.unshift(folder);
  }
  return made;
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Somebody put something there meanwhile.
  }
}

function checkFolder(path: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined || stats.isDirectory()) return;
  // A link may lead to a folder.
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw failure('init.in-the-way', { path, wanted: 'folder' });
}

function isSame(path: string, content: string): boolean {
  try {
    return readFileSync(path, 'utf8') === content;
  } catch {
    return false;
  }
}
