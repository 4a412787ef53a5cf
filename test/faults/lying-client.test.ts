/** A client with a token that lies: whatever it sends, the platform refuses it in words, stays alive and stays in its place. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningPlatform, startPlatform } from '../../src/platform/platform.ts';
import { endOfFrames, FRAMES_CONTENT_TYPE, frameHead } from '../../src/protocol/frames.ts';
import { systemClock } from '../../src/support/clock.ts';
import { digestOf } from '../../src/support/digest.ts';
import { homeDirectories } from '../../src/support/home-directories.ts';
import { staticSpec } from '../sample-spec.ts';
import { countsOf } from './counts.ts';
import { hostileNames, hostileValues } from './hostile-values.ts';
import { seed } from './random.ts';

const count = countsOf(`lying client, seed ${seed}`);
const inputs = Number(process.env.FAULT_INPUTS ?? 400);
const APP = '/appcfg/v1/apps/victim';
const MiB = 1024 * 1024;

let base: string;
let platform: RunningPlatform;
let before: readonly string[];
let rssBefore: number;

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly body: string;
}

interface Message {
  readonly method: string;
  readonly path: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Status 0 when the connection was broken instead of answered. */
function send({ method, path, body, headers = {} }: Message): Promise<Answer> {
  const { controlPort, token } = platform.daemon;
  return new Promise((resolve) => {
    const lost = () => resolve({ status: 0, code: undefined, body: '' });
    const message = httpRequest(
      {
        host: '127.0.0.1',
        port: controlPort,
        method,
        path,
        headers: { authorization: `Bearer ${token}`, 'content-length': Buffer.byteLength(body ?? ''), ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', lost);
        response.once('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, code: codeOf(text), body: text });
        });
      },
    );
    message.once('error', lost);
    message.end(body);
    count({ inputs: 1 });
  });
}

function codeOf(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { error?: { appcfg?: { code: string } } }).error?.appcfg?.code;
  } catch {
    return undefined;
  }
}

const json = (method: string, path: string, value: unknown) =>
  send({ method, path, body: JSON.stringify(value), headers: { 'content-type': 'application/json' } });

/** Waits for the operation that an answer is about, if it is about one. */
async function outcome({ status, body }: Answer): Promise<string> {
  const { id, state } = status === 200 ? (JSON.parse(body) as { id?: string; state?: string }) : {};
  if (id === undefined || state === undefined) return '';
  for (;;) {
    const { body: text } = await send({ method: 'GET', path: `${APP}/operations/${id}?after=100000&waitMs=5000` });
    const operation = JSON.parse(text) as { state: string; error?: { code: string } };
    if (operation.state !== 'pending') return operation.error?.code ?? operation.state;
  }
}

const PAGE = 'the only page';
let requests = 0;

function releaseOf(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  requests += 1;
  return {
    application: 'victim',
    requestId: `lying-request-${requests}`,
    uploads: [uploadOf([{ path: 'index.html', digest: digestOf(PAGE), size: PAGE.length, isExecutable: false }])],
    traffic: {},
    settings: {},
    stop: [],
    createdBy: 'liar',
    ...change,
  };
}

function uploadOf(files: readonly unknown[], change: Readonly<Record<string, unknown>> = {}) {
  return { module: 'default', version: 'one', spec: staticSpec(), manifest: { files }, ...change };
}

const file = (path: string, change: Readonly<Record<string, unknown>> = {}) => ({
  path,
  digest: digestOf(PAGE),
  size: PAGE.length,
  isExecutable: false,
  ...change,
});

async function currentRelease(): Promise<string | undefined> {
  const { body } = await send({ method: 'GET', path: APP });
  return (JSON.parse(body) as { currentRelease?: string }).currentRelease;
}

/** Everything that is not the platform's own state. */
function outside(): readonly string[] {
  const listed = (directory: string) => readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return listed(base).filter((path) => !path.startsWith('home/state/') && !path.startsWith('home/cache'));
}

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'appcfg-liar-'));
  mkdirSync(join(base, 'beside'));
  writeFileSync(join(base, 'beside', 'innocent.txt'), 'innocent');
  platform = await startPlatform({
    directories: homeDirectories({ APPCFG_HOME: join(base, 'home') }),
    host: '127.0.0.1',
    port: 0,
    controlPort: 0,
    assetsDirectory: resolve('runtimes'),
    environment: { PATH: process.env.PATH },
    clock: systemClock,
  });
  const body = Buffer.concat([frameHead(digestOf(PAGE), PAGE.length), Buffer.from(PAGE), endOfFrames]);
  await send({ method: 'POST', path: `${APP}/blobs`, body, headers: { 'content-type': FRAMES_CONTENT_TYPE } });
  expect(await outcome(await json('POST', `${APP}/releases`, releaseOf()))).toBe('done');
  before = outside();
  rssBefore = process.memoryUsage().rss;
});

afterAll(async () => {
  const alive = await send({ method: 'GET', path: '/appcfg/v1/platform' });
  const page = await fetch(`http://127.0.0.1:${platform.daemon.routerPort}/index.html`, {
    headers: { host: 'victim.localhost' },
  }).catch((error: unknown) => error);
  await platform.close();
  const after = outside();
  rmSync(base, { recursive: true, force: true });
  expect(alive.status).toBe(200);
  expect(page).toBeInstanceOf(Response);
  expect(after).toEqual(before);
  expect(process.memoryUsage().rss - rssBefore, 'memory').toBeLessThan(400 * MiB);
});

/** Refused or done, but never our own defect. */
function expectNoDefect({ status, code }: Answer, context: unknown): void {
  expect([status, code], JSON.stringify(context)?.slice(0, 500)).not.toEqual([500, expect.anything()]);
  expect(code, JSON.stringify(context)?.slice(0, 500)).not.toBe('internal');
}

describe('manifests', () => {
  it.each([
    '../outside.txt',
    '../../../../../../../../tmp/outside.txt',
    'a/../../outside.txt',
    '/etc/outside.txt',
    '..',
    '.',
    '',
    'a//b',
    'a/./b',
    'a\\..\\b',
    'a\0b',
    'a\nb',
    ' a',
    'a ',
    'a/ b',
    `${'a/'.repeat(600)}b`,
    'x'.repeat(1025),
    `${'é'.repeat(200)}`,
    '\ud800',
    'index.html/below',
  ])('with the path %j are refused', async (path) => {
    const release = releaseOf({
      uploads: [uploadOf([file('index.html'), file(path)])],
      basedOn: await currentRelease(),
    });
    const answer = await json('POST', `${APP}/releases`, release);
    expectNoDefect(answer, path);
    if (answer.status === 200) expect(await outcome(answer)).toBeOneOf(['release.invalid', 'manifest.unsafe']);
    else expect(answer.status).toBe(400);
  });

  it.each([
    ['a digest that is not stored', { digest: digestOf('never sent') }, ['blob.missing']],
    ['a digest that is none', { digest: 'z'.repeat(64) }, ['release.invalid', 'control.bad-request']],
    ['a path for a digest', { digest: `../../${'a'.repeat(58)}` }, ['release.invalid', 'control.bad-request']],
    ['a length that is not the content has', { size: 5 }, ['manifest.unsafe']],
    [
      'a length beyond every disk',
      { size: Number.MAX_SAFE_INTEGER },
      ['manifest.unsafe', 'release.limit', 'release.invalid'],
    ],
    ['a negative length', { size: -1 }, ['control.bad-request']],
    ['half a byte', { size: 0.5 }, ['control.bad-request']],
  ])('with %s are refused', async (_, change, codes) => {
    const release = releaseOf({ uploads: [uploadOf([file('other.html', change)])], basedOn: await currentRelease() });
    const answer = await json('POST', `${APP}/releases`, release);
    expect(answer.code ?? (await outcome(answer))).toBeOneOf(codes);
  });

  it.each([
    ['the same path twice', ['index.html', 'index.html']],
    ['a file that is a directory too', ['a', 'a/b']],
  ])('with %s are refused', async (_, paths) => {
    const release = releaseOf({
      uploads: [uploadOf(paths.map((path) => file(path)))],
      basedOn: await currentRelease(),
    });
    expect(await outcome(await json('POST', `${APP}/releases`, release))).toBeOneOf([
      'release.invalid',
      'manifest.unsafe',
    ]);
  });

  it('keeps names apart that differ in case only, where the disk does', async () => {
    const release = releaseOf({
      uploads: [uploadOf(['index.html', 'A', 'a', 'INDEX.html'].map((path) => file(path)))],
      basedOn: await currentRelease(),
    });
    expect(await outcome(await json('POST', `${APP}/releases`, release))).toBeOneOf(['done', 'manifest.unsafe']);
  });

  it('of too many files, modules or versions are refused', async () => {
    const many = Array.from({ length: 100_001 }, (_, index) => file(`f${index}`));
    const tooManyFiles = await json('POST', `${APP}/releases`, releaseOf({ uploads: [uploadOf(many)] }));
    expect(tooManyFiles.status).toBe(400);
    const modules = Array.from({ length: 25 }, (_, index) => uploadOf([file('index.html')], { module: `m${index}` }));
    const release = releaseOf({ uploads: modules, basedOn: await currentRelease() });
    expect(await outcome(await json('POST', `${APP}/releases`, release))).toBe('release.limit');
  });
});

describe('tokens', () => {
  it.each([
    ['none', {}],
    ['an empty one', { authorization: 'Bearer ' }],
    ['that of another platform', { authorization: `Bearer ${'a'.repeat(48)}` }],
    ['another scheme', { authorization: 'Basic dXNlcjpwYXNz' }],
    ['a long one', { authorization: `Bearer ${'a'.repeat(8000)}` }],
  ])('%s: refused everywhere', async (_, headers) => {
    for (const path of ['/appcfg/v1/platform', APP, `${APP}/logs`]) {
      const answer = await send({ method: 'GET', path, headers: { authorization: '', ...headers } });
      expect(answer.status).toBe(401);
    }
    const release = await send({
      method: 'POST',
      path: `${APP}/releases`,
      body: '{}',
      headers: { authorization: '', ...headers },
    });
    expect(release.status).toBe(401);
  });

  it('the right one from a page of another name gets nothing', async () => {
    expect((await send({ method: 'GET', path: APP, headers: { host: 'evil.example' } })).status).toBe(404);
  });
});

describe('replays', () => {
  it('of a request id with the same body answer the same operation, with another body none', async () => {
    const release = releaseOf({ basedOn: await currentRelease(), message: 'first' });
    const first = await json('POST', `${APP}/releases`, release);
    await outcome(first);
    const again = await json('POST', `${APP}/releases`, release);
    expect(JSON.parse(again.body).id).toBe(JSON.parse(first.body).id);
    for (const change of [{ message: 'second' }, { stop: [{ module: 'default', version: 'one' }] }]) {
      expect((await json('POST', `${APP}/releases`, { ...release, ...change })).code).toBe('request.reused');
    }
    const elsewhere = await json('POST', APP.replace('victim', 'other').concat('/releases'), release);
    expect(elsewhere.code).toBe('request.reused');
  });
});

describe('blob streams', () => {
  const content = Buffer.alloc(100_000, 'content ');
  const stream = Buffer.concat([
    frameHead(digestOf(content), content.length),
    content,
    frameHead(digestOf('x'), 1),
    Buffer.from('x'),
    endOfFrames,
  ]);
  const post = (body: Uint8Array, length = body.length) =>
    send({
      method: 'POST',
      path: `${APP}/blobs`,
      body,
      headers: { 'content-type': FRAMES_CONTENT_TYPE, 'content-length': String(length) },
    });

  it('cut anywhere keep what is whole and say so', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(stream.length - 1), async (length) => {
        const answer = await post(stream.subarray(0, length));
        expect([answer.status, answer.code]).toEqual([400, 'upload.cut']);
      }),
      { numRuns: 60, seed },
    );
  });

  it('with any byte turned over are taken whole, refused, or cut, and never kept wrong', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(stream.length - 1), fc.integer({ min: 1, max: 255 }), async (at, bits) => {
        const damaged = Buffer.from(stream);
        damaged[at] = (damaged[at] ?? 0) ^ bits;
        expectNoDefect(await post(damaged), at);
      }),
      { numRuns: 60, seed },
    );
    const { body } = await json('POST', `${APP}/blobs:missing`, { digests: [digestOf('x')] });
    expect(body).toContain('missing');
  });

  it.each([
    ['a digest of something else', [frameHead(digestOf('other'), 1), Buffer.from('x'), endOfFrames]],
    ['a blob larger than any allowed', [frameHead(digestOf('x'), 2 ** 40)]],
    ['a blob larger than any number', [Buffer.alloc(40, 0xff)]],
    ['data after the end', [endOfFrames, Buffer.from('more')]],
    ['nothing', []],
  ])('with %s are refused', async (_, parts) => {
    const answer = await post(Buffer.concat(parts));
    expect([answer.status, answer.code]).toEqual([
      400,
      expect.toBeOneOf(['blob.corrupt', 'control.bad-request', 'upload.cut']),
    ]);
  });

  it('that promise much and bring little cost little memory', async () => {
    const rss = process.memoryUsage().rss;
    const { controlPort, token } = platform.daemon;
    const head = `POST ${APP}/blobs HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\ncontent-length: ${2 ** 30}\r\n\r\n`;
    const sockets = await Promise.all(
      Array.from(
        { length: 300 },
        () =>
          new Promise<ReturnType<typeof connect>>((resolve) => {
            const socket = connect(controlPort, '127.0.0.1', () => {
              socket.write(head);
              socket.write(frameHead(digestOf('never comes'), 400 * MiB), () => resolve(socket));
            });
            socket.on('error', () => {});
          }),
      ),
    );
    count({ inputs: sockets.length });
    expect((await send({ method: 'GET', path: APP })).status).toBe(200);
    expect(process.memoryUsage().rss - rss).toBeLessThan(200 * MiB);
    for (const socket of sockets) socket.destroy();
  });

  it('of ten thousand empty frames are taken', async () => {
    const empty = frameHead(digestOf(''), 0);
    const answer = await post(Buffer.concat([...Array.from({ length: 10_000 }, () => empty), endOfFrames]));
    expect(answer.status).toBe(200);
  });
});

describe('bodies', () => {
  it.each([
    ['no JSON', 'hello'],
    ['half JSON', '{"requestId":'],
    ['deep JSON', '['.repeat(200_000)],
    ['deep objects', '{"a":'.repeat(50_000)],
    ['a list', '[]'],
    ['a number', '1e999'],
    ['null', 'null'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80])],
    ['a zip archive that claims to be JSON', Buffer.from('UEsDBAoAAAAAAA==', 'base64')],
    ['a key that changes prototypes', '{"__proto__":{"isAdmin":true},"requestId":"12345678","createdBy":"x"}'],
  ])('of %s are refused', async (_, body) => {
    for (const path of [`${APP}/releases`, `${APP}/blobs:missing`, `${APP}/traffic`]) {
      const answer = await send({ method: 'POST', path, body });
      expect([answer.status, answer.code]).toEqual([400, 'control.bad-request']);
    }
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  it('that are compressed are not unpacked', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const body = Buffer.from('H4sIAAAAAAAAA6tWSkxKVrJSUKrVUVDKTcpMSU1RslIyNDIGAHVyT3QZAAAA', 'base64');
    expect((await send({ method: 'POST', path: `${APP}/releases`, body, headers })).code).toBe('control.bad-request');
  });

  it('that are too large are refused before they are read', async () => {
    const headers = { 'content-length': String(65 * MiB) };
    const answer = await send({ method: 'POST', path: `${APP}/releases`, body: '{', headers });
    expect([answer.status, answer.code]).toEqual([413, 'control.too-large']);
  });

  it.each([
    ['grow too large while they come', 413, () => platform.daemon.token],
    ['never end, from who has no token', 401, () => 'none'],
  ])('that %s are refused, and their connection is closed', async (_, status, token) => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(platform.daemon.controlPort, '127.0.0.1');
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString();
      });
      socket.on('error', () => {});
      socket.once('close', () => resolve(text));
      socket.write(
        `POST ${APP}/releases HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token()}\r\ntransfer-encoding: chunked\r\n\r\n`,
      );
      const chunk = Buffer.concat([
        Buffer.from(`${MiB.toString(16)}\r\n`),
        Buffer.alloc(MiB, ' '),
        Buffer.from('\r\n'),
      ]);
      const write = () => {
        if (!socket.destroyed) socket.write(chunk, () => setImmediate(write));
      };
      write();
    });
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    count({ inputs: 1 });
  });
});

describe('mutations of a good request', () => {
  it('are done or refused in words', async () => {
    const path = fc.array(fc.nat(30), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(path, fc.constantFrom(...hostileValues), async (steps, value) => {
        const release = mutated(releaseOf({ basedOn: await currentRelease() }), steps, value);
        const answer = await json('POST', `${APP}/releases`, release);
        expectNoDefect(answer, release);
        expect(await outcome(answer), JSON.stringify(release).slice(0, 1000)).not.toBe('internal');
      }),
      { numRuns: inputs, seed },
    );
  });

  it.each([
    ['POST', `${APP}/traffic`, { splits: { default: { shardBy: 'ip', allocations: { one: 1 } } } }],
    ['POST', `${APP}/releases:rollback`, { release: 'r1' }],
    ['POST', `${APP}/modules/default/versions/one`, { instances: 2 }],
    ['PUT', `${APP}/settings/queues`, { value: { queues: [{ name: 'q', mode: 'push', ratePerSecond: 5 }] } }],
    [
      'PUT',
      `${APP}/settings/cron`,
      { value: [{ url: '/', schedule: 'every 1 hours', timezone: 'UTC', description: '' }] },
    ],
    ['PUT', `${APP}/settings/dispatch`, { value: [{ url: '*/a', module: 'default' }] }],
    ['PUT', `${APP}/settings/dos`, { value: [{ subnet: '10.0.0.0/8' }] }],
    ['PUT', `${APP}/settings/indexes`, { value: [{ kind: 'K', ancestor: false, properties: [{ name: 'p' }] }] }],
    ['POST', `${APP}/queues/q/tasks`, { tasks: [{ name: 't', url: '/' }] }],
  ])('%s %s: done or refused in words', async (method, path, good) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(30), { minLength: 1, maxLength: 6 }),
        fc.constantFrom(...hostileValues),
        async (steps, value) => {
          requests += 1;
          const author = { requestId: `lying-request-${requests}`, createdBy: 'liar' };
          const body = mutated({ ...good, ...author }, steps, value);
          const answer = await json(method, path, body);
          expectNoDefect(answer, body);
          expect(await outcome(answer), JSON.stringify(body).slice(0, 1000)).not.toBe('internal');
        },
      ),
      { numRuns: Math.ceil(inputs / 8), seed },
    );
  });
});

describe('addresses', () => {
  const templates = [
    `${APP}/modules/:x/versions/:y/files`,
    `${APP}/modules/:x/versions/:y/files/:z`,
    `${APP}/modules/default/versions/one/files/:x`,
    `${APP}/modules/:x/versions/:y/instances/:z`,
    `${APP}/operations/:x`,
    `${APP}/queues/:x/tasks/:y/run`,
    `${APP}/settings/:x`,
    `${APP}/logs?module=:x&since=:y&limit=:z`,
    `${APP}/operations/none?after=:x&waitMs=0`,
    '/appcfg/v1/apps/:x',
    '/appcfg/v1/apps/:x/releases',
    '/v1/apps/:x/services/:y/versions/:z',
    '/storage/v1/b/:x/o/:y',
    '/:x/:y',
    '//:x',
    ':x',
  ];
  it('of every kind are answered in words', async () => {
    const part = fc.oneof(fc.constantFrom(...hostileNames), fc.string({ unit: 'binary', maxLength: 12 }));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...templates),
        fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'),
        fc.tuple(part, part, part, fc.boolean()),
        async (template, method, [x, y, z, isEncoded]) => {
          const encode = (text: string) =>
            isEncoded ? encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '?')) : printable(text);
          const path = template.replace(':x', encode(x)).replace(':y', encode(y)).replace(':z', encode(z));
          if (path.includes(':shutdown') || path.includes('platform')) return;
          const target = path.startsWith('/') ? path : `/${path}`;
          expectNoDefect(await send({ method, path: target, body: method === 'GET' ? '' : '{}' }), [method, path]);
        },
      ),
      { numRuns: inputs, seed },
    );
  });
});

/** What may stand in a request line. */
function printable(text: string): string {
  return text.replaceAll(/[^\x21-\x7e]/g, '');
}

/** The value at a place that the steps lead to, replaced. */
function mutated(value: unknown, steps: readonly number[], replacement: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined || typeof value !== 'object' || value === null) return replacement;
  const keys = Object.keys(value);
  if (keys.length === 0) return replacement;
  const key = keys[step % keys.length] ?? '';
  if (step % 13 === 12) return withoutKey(value, key);
  const changed = mutated((value as Record<string, unknown>)[key], rest, replacement);
  return Array.isArray(value)
    ? value.map((element, index) => (String(index) === key ? changed : element))
    : { ...value, [key]: changed };
}

function withoutKey(value: object, key: string): unknown {
  if (Array.isArray(value)) return value.filter((_, index) => String(index) !== key);
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}
