/** The Cloud Storage subset, as gcloud and Google's libraries use it. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startApi } from './api-rig.ts';

const bucket = '/storage/v1/b/staging.demo.appspot.com';
const uploads = `/upload${bucket}/o`;

async function storage() {
  const api = await startApi();
  await api.createApp();
  return api;
}

const sha1 = (content: string | Buffer) => createHash('sha1').update(content).digest('hex');
const md5 = (content: string | Buffer) => createHash('md5').update(content).digest('base64');

/** As gcloud writes it: bare line feeds, single quotes, metadata without a name. */
function gcloudBody(content: Buffer, boundary = '===============7330845974216740156=='): Buffer {
  const head = `--${boundary}\nContent-Type: application/json\nMIME-Version: 1.0\n\n{"size": "${content.length}"}\n--${boundary}\nContent-Type: application/octet-stream\nMIME-Version: 1.0\nContent-Transfer-Encoding: binary\n\n`;
  return Buffer.concat([Buffer.from(head), content, Buffer.from(`\n--${boundary}--`)]);
}

describe('buckets', () => {
  it('are there for every application, with the age after which objects go', async () => {
    const { call } = await storage();
    const found = await call('GET', `${bucket}?fields=lifecycle`);
    expect(found.json).toMatchObject({ lifecycle: { rule: [{ action: { type: 'Delete' }, condition: { age: 15 } }] } });
    expect((await call('GET', '/storage/v1/b/demo.appspot.com')).status).toBe(200);
    expect((await call('GET', '/storage/v1/b/staging.other.appspot.com')).status).toBe(404);
    expect((await call('GET', '/storage/v1/b/runtime-builders/o/experiments.yaml?alt=media')).status).toBe(404);
    expect((await call('GET', bucket, { isAnonymous: true })).status).toBe(401);
  });
});

describe('uploads', () => {
  it('take what gcloud sends: line feeds, a quoted boundary, the name in the address', async () => {
    const { call, objects } = await storage();
    const content = Buffer.from('a\nb\r\n--\n\r');
    const type = "multipart/related; boundary='===============7330845974216740156=='";
    const answer = await call('POST', `${uploads}?alt=json&name=${sha1(content)}&uploadType=multipart`, {
      headers: { 'content-type': type },
      body: gcloudBody(content),
    });
    expect(answer.json).toMatchObject({
      kind: 'storage#object',
      name: sha1(content),
      bucket: 'staging.demo.appspot.com',
      size: String(content.length),
      md5Hash: md5(content),
      contentType: 'application/octet-stream',
    });
    const stored = objects.get({ bucket: 'staging.demo.appspot.com', name: sha1(content) });
    expect(stored && Buffer.from(objects.read(stored))).toEqual(content);
    expect(stored?.sha1).toBe(sha1(content));
  });

  it('take what the JavaScript library sends: carriage returns, metadata with name and type', async () => {
    const { call } = await storage();
    const body = `--abc\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{"name":"dir/é.txt","contentType":"text/plain","md5Hash":"${md5('hello')}"}\r\n--abc\r\nContent-Type: application/octet-stream\r\n\r\nhello\r\n--abc--\r\n`;
    const headers = { 'content-type': 'multipart/related; boundary="abc"' };
    const answer = await call('POST', `${uploads}?uploadType=multipart`, { headers, body });
    expect(answer.json).toMatchObject({ name: 'dir/é.txt', contentType: 'text/plain', size: '5', crc32c: 'mnG7TA==' });
    const media = await call('GET', `${bucket}/o/${encodeURIComponent('dir/é.txt')}?alt=media`);
    expect(media).toMatchObject({ status: 200, text: 'hello' });
    expect(media.headers['x-goog-hash']).toBe(`crc32c=mnG7TA==,md5=${md5('hello')}`);
  });

  it('keep nothing of content that is not what the client said, of cut bodies and of odd ones', async () => {
    const { call } = await storage();
    const headers = { 'content-type': 'multipart/related; boundary=abc' };
    const part = (metadata: string, end = '\r\n--abc--') =>
      `--abc\r\nContent-Type: application/json\r\n\r\n${metadata}\r\n--abc\r\nContent-Type: text/plain\r\n\r\nhello${end}`;
    const bodies = [
      part('{"name":"x","md5Hash":"bm90IGl0"}'),
      part('{"name":"x","crc32c":"AAAAAA=="}'),
      part('{"name":"x"}', ''),
      part('not json'),
      part('{}'),
      part('{"name":"a\\nb"}'),
      'no boundary at all',
      '',
    ];
    for (const body of bodies) {
      expect((await call('POST', `${uploads}?uploadType=multipart`, { headers, body })).status, body).toBe(400);
    }
    expect((await call('POST', `${uploads}?uploadType=multipart`, { body: 'x' })).status).toBe(400);
    expect((await call('POST', `${uploads}?uploadType=magic&name=x`, { body: 'x' })).status).toBe(400);
    const huge = { body: 'x', headers: { 'content-length': '600000000' } };
    expect((await call('POST', `${uploads}?uploadType=media&name=x`, huge)).status).toBe(413);
    expect((await call('GET', `${bucket}/o`)).json).toMatchObject({ items: [] });
  });

  it('go on where they stopped, answering 308 until all is there', async () => {
    const { call } = await storage();
    const content = Buffer.from(Array.from({ length: 700_000 }, (_, index) => index % 251));
    const begun = await call('POST', `/resumable/upload${bucket}/o?name=big&uploadType=resumable`, {
      headers: { 'x-upload-content-type': 'text/css', 'x-upload-content-length': String(content.length) },
      body: '{}',
    });
    const location = new URL(String(begun.headers.location));
    const put = (part: Buffer, range: string) =>
      call('PUT', location.pathname + location.search, { body: part, headers: { 'content-range': range } });
    const total = content.length;
    expect(await put(content.subarray(0, 262_144), `bytes 0-262143/${total}`)).toMatchObject({
      status: 308,
      headers: { range: 'bytes=0-262143' },
    });
    expect(await put(Buffer.alloc(0), `bytes */${total}`)).toMatchObject({
      status: 308,
      headers: { range: 'bytes=0-262143' },
    });
    // A part that was sent already is not taken twice.
    expect(await put(content.subarray(200_000, 500_000), `bytes 200000-499999/${total}`)).toMatchObject({
      status: 308,
      headers: { range: 'bytes=0-499999' },
    });
    expect((await put(content.subarray(600_000), `bytes 600000-699999/${total}`)).status).toBe(400);
    const done = await put(content.subarray(500_000), `bytes 500000-699999/${total}`);
    expect(done.json).toMatchObject({
      name: 'big',
      size: String(total),
      md5Hash: md5(content),
      contentType: 'text/css',
    });
    expect((await put(Buffer.alloc(0), `bytes */${total}`)).json).toMatchObject({ name: 'big' });
    expect((await call('PUT', `${uploads}?upload_id=unknown`, { body: 'x' })).status).toBe(404);
  });

  it('keep what came before a connection broke', async () => {
    const { call, directory } = await storage();
    const content = Buffer.alloc(12 * 1024 * 1024, 7);
    const begun = await call('POST', `${uploads}?name=cut&uploadType=resumable`, { body: '{"contentType":"a/b"}' });
    const location = new URL(String(begun.headers.location));
    const path = location.pathname + location.search;
    const sent = 10 * 1024 * 1024;
    await expect(
      call('PUT', path, {
        body: content,
        cutAfter: sent,
        headers: { 'content-range': `bytes 0-${content.length - 1}/${content.length}` },
      }),
    ).rejects.toThrow();
    let known = 0;
    for (let attempt = 0; attempt < 100 && known === 0; attempt += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const asked = await call('PUT', path, { body: '', headers: { 'content-range': `bytes */${content.length}` } });
      if (asked.status === 308) known = 1 + Number(/-(\d+)$/.exec(String(asked.headers.range ?? ''))?.[1] ?? -1);
    }
    expect(known).toBeGreaterThan(0);
    expect(known).toBeLessThanOrEqual(sent);
    // So much doesn't stay in memory.
    expect(readdirSync(join(directory, 'uploads')).length).toBe(known > 2 * 1024 * 1024 ? 1 : 0);
    const rest = {
      body: content.subarray(known),
      headers: { 'content-range': `bytes ${known}-${content.length - 1}/${content.length}` },
    };
    expect((await call('PUT', path, rest)).json).toMatchObject({ size: String(content.length), md5Hash: md5(content) });
    expect(readdirSync(join(directory, 'uploads'))).toEqual([]);
  });

  it('take a stream whose length the client does not know, and can be called off', async () => {
    const { call } = await storage();
    const begin = async (name: string) => {
      const begun = await call('POST', `${uploads}?name=${name}&uploadType=resumable`, { body: '' });
      const { pathname, search } = new URL(String(begun.headers.location));
      return pathname + search;
    };
    const path = await begin('stream');
    expect(
      (await call('PUT', path, { body: 'all of it', headers: { 'content-range': 'bytes 0-*/*' } })).json,
    ).toMatchObject({ size: '9' });
    const given = await begin('given-up');
    expect((await call('DELETE', given)).status).toBe(200);
    expect((await call('PUT', given, { body: 'x' })).status).toBe(404);
    expect(
      (await call('PUT', await begin('odd'), { body: 'x', headers: { 'content-range': 'bytes 5-2/1' } })).status,
    ).toBe(400);
  });

  it('hold to conditions on what is there', async () => {
    const { call, upload } = await storage();
    const once = `${uploads}?uploadType=media&name=once&ifGenerationMatch=0`;
    expect((await call('POST', once, { body: 'first' })).status).toBe(200);
    expect((await call('POST', once, { body: 'second' })).status).toBe(412);
    expect((await upload('once', 'third')).status).toBe(200);
  });
});

describe('objects', () => {
  it('are listed in pages, by prefix, in order', async () => {
    const { call, upload } = await storage();
    for (const name of ['b/2', 'a', 'b/1', 'c']) await upload(encodeURIComponent(name), name);
    const names = async (query: string) => {
      const { json } = await call('GET', `${bucket}/o?${query}`);
      const items = json.items as unknown as readonly { readonly name: string }[];
      return [items.map(({ name }) => name), json.nextPageToken];
    };
    expect(await names('maxResults=1000')).toEqual([['a', 'b/1', 'b/2', 'c'], undefined]);
    expect(await names('maxResults=3')).toEqual([['a', 'b/1', 'b/2'], 'b/2']);
    expect(await names('maxResults=3&pageToken=b/2')).toEqual([['c'], undefined]);
    expect(await names('prefix=b/')).toEqual([['b/1', 'b/2'], undefined]);
  });

  it('are read whole, in part and not at all', async () => {
    const { call, upload } = await storage();
    await upload('digits', '0123456789');
    await upload('nothing', '');
    const read = (name: string, range?: string) =>
      call('GET', `${bucket}/o/${name}?alt=media`, range === undefined ? {} : { headers: { range } });
    expect(await read('digits')).toMatchObject({ status: 200, text: '0123456789' });
    expect(await read('digits', 'bytes=2-4')).toMatchObject({
      status: 206,
      text: '234',
      headers: { 'content-range': 'bytes 2-4/10' },
    });
    expect(await read('digits', 'bytes=7-')).toMatchObject({ status: 206, text: '789' });
    expect(await read('digits', 'bytes=-2')).toMatchObject({ status: 206, text: '89' });
    expect(await read('digits', 'bytes=0-999')).toMatchObject({ status: 206, text: '0123456789' });
    expect(await read('digits', 'bytes=10-')).toMatchObject({
      status: 416,
      headers: { 'content-range': 'bytes */10' },
    });
    expect(await read('nothing', 'bytes=0-1048575')).toMatchObject({ status: 200, text: '' });
    expect(await call('GET', `/download${bucket}/o/digits`)).toMatchObject({ text: '0123456789' });
    expect((await call('DELETE', `${bucket}/o/digits`)).status).toBe(204);
    expect((await read('digits')).status).toBe(404);
    expect((await call('DELETE', `${bucket}/o/digits`)).status).toBe(404);
  });

  it('whose content was lost count as absent, so that they are sent again', async () => {
    const { call, upload, objects, blobs } = await storage();
    await upload('kept', 'kept');
    await upload('lost', 'lost');
    const lost = objects.get({ bucket: 'staging.demo.appspot.com', name: 'lost' });
    await blobs.collect({ isNeeded: (digest) => digest !== lost?.digest, graceMs: -60_000 });
    const { json } = await call('GET', `${bucket}/o`);
    expect(json.items).toMatchObject([{ name: 'kept' }]);
    expect((await call('GET', `${bucket}/o/lost`)).status).toBe(404);
  });
});
