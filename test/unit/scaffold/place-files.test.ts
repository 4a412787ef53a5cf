import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { compareFiles, placeFiles } from '../../../src/scaffold/place-files.ts';

const files = [
  { path: 'app.yaml', content: 'new' },
  { path: 'web/public/index.html', content: 'page' },
];
let parent: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'appcfg-place-'));
  onTestFinished(() => rmSync(parent, { recursive: true }));
});

const all = (directory: string) => readdirSync(directory, { recursive: true }).map(String).sort();

it('makes the directory and everything in it', () => {
  const directory = join(parent, 'a', 'b');
  const compared = compareFiles(directory, files);
  expect(compared.map(({ outcome }) => outcome)).toEqual(['new', 'new']);
  placeFiles(directory, compared);
  expect(all(directory)).toEqual(['app.yaml', 'web', 'web/public', 'web/public/index.html']);
  expect(compareFiles(directory, files).map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged']);
});

it('tells what it would overwrite, and replaces a link instead of following it', () => {
  const elsewhere = join(parent, 'precious');
  writeFileSync(elsewhere, 'precious');
  symlinkSync(elsewhere, join(parent, 'app.yaml'));
  const compared = compareFiles(parent, files);
  expect(compared.map(({ outcome }) => outcome)).toEqual(['overwrites', 'new']);
  placeFiles(parent, compared);
  expect(readFileSync(join(parent, 'app.yaml'), 'utf8')).toBe('new');
  expect(readFileSync(elsewhere, 'utf8')).toBe('precious');
});

describe('what lies in the way', () => {
  it.each([
    ['a folder where a file has to be', () => mkdirSync(join(parent, 'app.yaml'))],
    ['a file where a folder has to be', () => writeFileSync(join(parent, 'web'), '')],
    ['a link to a file', () => symlinkSync('/etc/hostname', join(parent, 'web'))],
  ])('%s is named', (_, place) => {
    place();
    expect(() => compareFiles(parent, files)).toThrow('is in the way');
  });

  it('may be a file where the directory has to be', () => {
    writeFileSync(join(parent, 'shop'), '');
    expect(() => compareFiles(join(parent, 'shop'), files)).toThrow('in the way of a folder');
  });
});

it('takes back what it did when it fails half-way', () => {
  const directory = join(parent, 'shop');
  // Appears after the look: the second file can't be placed any more.
  const compared = compareFiles(directory, [...files, { path: 'web/public', content: 'not a folder' }]);
  expect(() => placeFiles(directory, compared)).toThrow();
  expect(readdirSync(parent)).toEqual([]);
});
