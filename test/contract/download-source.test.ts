import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SourceRole } from '../../src/backend/backend.ts';
import { type DownloadRequest, downloadSource } from '../../src/operate/download-source.ts';
import { digestOf } from '../../src/support/digest.ts';
import { sampleModule } from '../unit/deploy/sample.ts';
import { failureOf, operateBench } from '../unit/operate/sample.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'appcfg-download-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function bench() {
  const found = operateBench();
  await found.deploy([sampleModule('default'), sampleModule('api', { version: 'v1' })], {
    tree: { 'a.txt': 'a', 'b/c/d.txt': 'dd', empty: '' },
  });
  return found;
}

function request(more: Partial<DownloadRequest> = {}): DownloadRequest {
  return { application: 'shop', directory: 'out', workingDirectory: root, ...more };
}

/** A backend that says and sends whatever a test wants. */
async function contextWith(files: Readonly<Record<string, string>>, read?: SourceRole['read']) {
  const { context } = await bench();
  const list: SourceRole['list'] = async () =>
    Object.entries(files).map(([path, content]) => ({ path, size: content.length, digest: digestOf(content) }));
  const source = { list, read: read ?? (async (_name, path) => Buffer.from(files[path] ?? '')) };
  return { ...context, backend: { ...context.backend, source } };
}

describe('downloading a version', () => {
  it('writes its files, whole, and says how far it is', async () => {
    const { context } = await bench();
    const seen: string[] = [];
    const result = await downloadSource(
      context,
      request({ onFile: (path, done, total) => seen.push(`${done}/${total} ${path}`) }),
    );
    expect(result).toEqual({
      application: 'shop',
      module: 'default',
      version: 'uno',
      directory: join(root, 'out'),
      files: 3,
      bytes: 3,
    });
    expect(readFileSync(join(root, 'out/b/c/d.txt'), 'utf8')).toBe('dd');
    expect(readFileSync(join(root, 'out/empty'), 'utf8')).toBe('');
    expect(seen).toEqual(['1/3 a.txt', '2/3 b/c/d.txt', '3/3 empty']);
    expect(readdirSync(root)).toEqual(['out']);
  });

  it('takes an empty directory, and the version and module that are named', async () => {
    const { context } = await bench();
    mkdirSync(join(root, 'out'));
    expect(await downloadSource(context, request({ module: 'api', version: 'v1' }))).toMatchObject({
      module: 'api',
      version: 'v1',
    });
    expect(await failureOf(downloadSource(context, request({ directory: 'x', version: 'nope' })))).toMatchObject({
      code: 'version.not-found',
    });
  });

  it.each(['file', 'directory', 'link'])('leaves alone what is there already: a %s', async (what) => {
    const { context } = await bench();
    const path = join(root, 'out');
    if (what === 'file') writeFileSync(path, 'mine');
    if (what === 'directory') mkdirSync(join(path, 'mine'), { recursive: true });
    if (what === 'link') symlinkSync(root, path);
    expect(await failureOf(downloadSource(context, request()))).toMatchObject({ code: 'download.not-empty' });
    expect(readdirSync(root)).toEqual(['out']);
  });

  it.each(['../evil', '/etc/evil', 'a/../../evil', 'a//b', 'a\\..\\evil', '.', 'nul\0byte'])(
    'writes nothing for the path %j',
    async (path) => {
      const context = await contextWith({ 'good.txt': 'x', [path]: 'evil' });
      expect(await failureOf(downloadSource(context, request()))).toMatchObject({ code: 'download.unsafe' });
      expect(readdirSync(root)).toEqual([]);
    },
  );

  it('leaves nothing behind when a file is damaged, or is there twice', async () => {
    const damaged = await contextWith({ 'a.txt': 'good' }, async () => Buffer.from('evil'));
    expect(await failureOf(downloadSource(damaged, request()))).toMatchObject({ code: 'download.damaged' });
    const clash = await contextWith({ a: 'file', 'a/b': 'below the file' });
    expect(await failureOf(downloadSource(clash, request()))).toMatchObject({ code: 'download.failed' });
    expect(readdirSync(root)).toEqual([]);
  });

  it('leaves nothing behind when it is interrupted', async () => {
    const { context, interrupt } = await bench();
    const reason = new Error('interrupted');
    const onFile = () => interrupt.abort(reason);
    await expect(downloadSource(context, request({ onFile }))).rejects.toBe(reason);
    expect(readdirSync(root)).toEqual([]);
  });
});
