/** Everything that reads what others wrote: random, mutated and remembered inputs give a value or the documented error. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDaemonFile } from '../../src/adapters/platform/daemon-launcher.ts';
import { isAppcfgError } from '../../src/errors.ts';
import { parseSchedule } from '../../src/model/schedule/parse-schedule.ts';
import { settingsKinds } from '../../src/model/settings.ts';
import { readFileStates, writeFileStates } from '../../src/packaging/file-state-file.ts';
import { ignoredBy, parseIgnoreFile } from '../../src/packaging/ignore-file.ts';
import { selectionRules } from '../../src/packaging/selection-rules.ts';
import { anyone } from '../../src/platform/access/route-access.ts';
import { identityMessages } from '../../src/platform/apis/protocol/app-identity.ts';
import type { Codec } from '../../src/platform/apis/protocol/codec.ts';
import { logMessages } from '../../src/platform/apis/protocol/logservice.ts';
import { memcacheMessages } from '../../src/platform/apis/protocol/memcache.ts';
import { modulesMessages } from '../../src/platform/apis/protocol/modules.ts';
import { remoteRequest } from '../../src/platform/apis/protocol/remote-api.ts';
import { socketMessages } from '../../src/platform/apis/protocol/remote-socket.ts';
import { systemMessages } from '../../src/platform/apis/protocol/system.ts';
import { taskQueueMessages } from '../../src/platform/apis/protocol/taskqueue.ts';
import { fetchRequest } from '../../src/platform/apis/protocol/urlfetch.ts';
import { userMessages } from '../../src/platform/apis/protocol/user.ts';
import { LogFilterError, parseLogFilter } from '../../src/platform/control/google/log-filter.ts';
import { BatchError, parseBatch } from '../../src/platform/control/legacy/upload-batch.ts';
import { createRouteTable } from '../../src/platform/control/route-table.ts';
import * as schemas from '../../src/platform/control/schemas.ts';
import { downloadRange, uploadRange } from '../../src/platform/control/storage/content-range.ts';
import { boundaryOf, MultipartError, MultipartReader } from '../../src/platform/control/storage/multipart-reader.ts';
import { parseLine, timeOfLine } from '../../src/platform/logs/record-line.ts';
import { parseSegmentName } from '../../src/platform/logs/segment.ts';
import { createLogStore } from '../../src/platform/logs/segment-log-store.ts';
import { ZipError, zipEntries } from '../../src/platform/objects/zip-entries.ts';
import { lastPorts } from '../../src/platform/ports.ts';
import { evaluate } from '../../src/platform/router/conditional.ts';
import { normalizeHost } from '../../src/platform/router/host-name.ts';
import { createLoginSigner } from '../../src/platform/router/login-cookie.ts';
import { cookieValue, headerValue, readHead } from '../../src/platform/router/request-head.ts';
import { cleanPath, parseTarget } from '../../src/platform/router/request-path.ts';
import { isSafeRelativePath } from '../../src/platform/router/static-path.ts';
import { ChunkDecoder, MalformedChunkError } from '../../src/platform/router/wire/chunk-decoder.ts';
import { PlainRequestReader } from '../../src/platform/router/wire/plain-request.ts';
import { MalformedResponseError, readResponse } from '../../src/platform/router/wire/plain-response.ts';
import { acquireOwnership } from '../../src/platform/store/single-owner.ts';
import { FrameParser, frameHead } from '../../src/protocol/frames.ts';
import { systemClock } from '../../src/support/clock.ts';
import { digestOf } from '../../src/support/digest.ts';
import { pythonRegex } from '../../src/support/python-regex.ts';
import { countsOf } from './counts.ts';
import { bytes, fuzzer, refusedAs, runs, text, value } from './fuzzing.ts';
import { seed } from './random.ts';

const count = countsOf(`parsers, seed ${seed}`);

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'appcfg-parsers-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const holds = fuzzer(() => count({ inputs: 1 }));

describe('the network', () => {
  it('frames', () => {
    const frame = fc.tuple(bytes, fc.nat(500)).map(([content, size]) => [frameHead(digestOf(content), size), content]);
    const stream = fc.oneof(
      bytes,
      fc.array(frame, { maxLength: 4 }).map((frames) => Buffer.concat(frames.flat())),
    );
    holds(
      fc.tuple(stream, fc.integer({ min: 1, max: 80 })),
      ([body, step]) => {
        let open = 0;
        const parser = new FrameParser({
          begin: () => {
            open += 1;
          },
          data: (chunk) => expect(chunk.length).toBeGreaterThan(0),
          finish: () => {
            open -= 1;
          },
        });
        for (let at = 0; at < body.length; at += step) parser.push(body.subarray(at, at + step));
        if (parser.isComplete) expect(open).toBe(0);
      },
      refusedAs(RangeError),
    );
  });

  it('addresses of the control API', () => {
    const handler = () => undefined;
    const find = createRouteTable([
      { method: 'GET', pattern: '/appcfg/v1/apps/:app', access: anyone, handler },
      { method: 'POST', pattern: '/appcfg/v1/apps/:app/blobs:missing', access: anyone, handler },
      { method: 'GET', pattern: '/v1/apps/:app:repair', access: anyone, handler },
      { method: 'GET', pattern: '/a/:x/b/:y', access: anyone, handler },
    ]);
    const parts = fc.array(fc.oneof(text, fc.constantFrom('a', 'b', 'v1', 'apps', 'appcfg', '')), { maxLength: 7 });
    holds(parts, (path) => find('GET', `/${path.join('/')}`));
  });

  it('bodies of the control API', () => {
    const all = [
      schemas.releaseRequestSchema,
      schemas.digestsSchema,
      schemas.trafficSchema,
      schemas.rollbackSchema,
      schemas.versionChangeSchema,
      schemas.collectSchema,
      ...settingsKinds.map((kind) => schemas.settingsSchema(kind)),
    ];
    holds(value, (body) => {
      for (const schema of all) schema.safeParse(body);
      for (const kind of settingsKinds) schemas.settingsSchema(kind).safeParse({ value: body });
    });
  });

  it('requests and responses as bytes', () => {
    const lines = fc.array(fc.oneof(text, fc.constantFrom('\r\n', '\r\n\r\n', 'Content-Length: 1', 'Host: x')), {
      maxLength: 9,
    });
    const reader = new PlainRequestReader(500);
    holds(lines, (parts) => {
      const request = reader.read(`GET / HTTP/1.1\r\nHost: a\r\n${parts.join('')}\r\n\r\n`);
      if (typeof request === 'string') return;
      expect(request.lines.fields.join('')).not.toMatch(/[\0\r\n]/);
      expect(request.lines.head.hostCount).toBe(1);
    });
    holds(
      lines,
      (parts) => readResponse(`HTTP/1.1 200 OK\r\n${parts.join('')}\r\n\r\n`, 'GET'),
      refusedAs(MalformedResponseError),
    );
    holds(bytes, (body) => new ChunkDecoder().push(body, () => {}), refusedAs(MalformedChunkError));
  });

  it('request lines, hosts, headers, cookies and conditions of the router', () => {
    const representation = { etag: '"x"', modifiedMs: 1000, size: 10 };
    holds(fc.array(text, { maxLength: 12 }), (words) => {
      const [first = '', second = ''] = words;
      for (const target of [first, `/${first}`, `http://${first}/${second}`]) {
        const parsed = parseTarget(target);
        if (parsed) expect(cleanPath(parsed.path) ?? '/').not.toMatch(/(^|\/)\.\.?(\/|$)/);
      }
      normalizeHost(first);
      cookieValue(first, second);
      readHead(words);
      headerValue(words, first);
      for (const name of ['Range', 'If-None-Match', 'If-Modified-Since', 'If-Range', 'If-Match']) {
        const outcome = evaluate([name, first], representation);
        if ('range' in outcome) expect(outcome.range.end).toBeLessThan(representation.size);
      }
    });
  });

  it('paths of static files, which never leave their directory', () => {
    holds(text, (path) => {
      if (isSafeRelativePath(path)) expect(join('/root', path)).toMatch(/^\/root(\/|$)/);
    });
  });

  it('login cookies, none of which is forged', () => {
    const signer = createLoginSigner('secret');
    const good = signer.sign({ email: 'a@b.c', isAdmin: true, application: 'app', expiresMs: 10 });
    const damaged = fc.tuple(fc.nat(good.length - 1), fc.string({ minLength: 1, maxLength: 2 }));
    holds(
      fc.oneof(
        text,
        damaged.map(([at, piece]) => good.slice(0, at) + piece + good.slice(at + 1)),
      ),
      (cookie) => {
        // Base 64 has several spellings of the same bytes, and decoding passes over what is none.
        const macOf = (text: string) => Buffer.from(text.slice(text.indexOf('.') + 1), 'base64url').toString('hex');
        const isGood = cookie.split('.', 1)[0] === good.split('.', 1)[0] && macOf(cookie) === macOf(good);
        if (!isGood) expect(signer.verify(cookie, 'app', 5)).toBeUndefined();
        expect(signer.verify(cookie, 'other', 5)).toBeUndefined();
        expect(signer.verify(cookie, 'app', 20)).toBeUndefined();
      },
    );
  });

  it('ranges, multipart bodies, batches and log filters of the other APIs', () => {
    holds(fc.tuple(text, bytes, fc.integer({ min: 1, max: 50 })), ([words, body, step]) => {
      for (const header of [words, `bytes=${words}`, `bytes ${words}`]) {
        uploadRange(header);
        const range = downloadRange(header, 10);
        if (typeof range === 'object') expect(range.end).toBeLessThan(10);
      }
      boundaryOf(`multipart/related; boundary=${words}`);
      const parts = [
        () => {
          const reader = new MultipartReader('b', {
            onMetadata: () => {},
            onContentStart: () => {},
            onContent: () => {},
          });
          const whole = Buffer.concat([Buffer.from('--b\r\n\r\n{}\r\n--b\r\n\r\n'), body]);
          for (let at = 0; at < whole.length; at += step) reader.push(whole.subarray(at, at + step));
          reader.end();
        },
        () => parseBatch(Buffer.concat([Buffer.from('Content-Type: multipart/mixed; boundary="b"\n\n'), body])),
        () => parseLogFilter(words),
        () => parseLogFilter(`a.b=${words} OR (NOT c:"d")`),
      ];
      for (const part of parts) {
        try {
          part();
        } catch (error) {
          if (![MultipartError, BatchError, LogFilterError].some((type) => error instanceof type)) throw error;
        }
      }
    });
  });

  it('calls of the bundled APIs, and the messages of each service', () => {
    const services = [
      ...[identityMessages, logMessages, memcacheMessages, modulesMessages],
      ...[socketMessages, systemMessages, taskQueueMessages, userMessages],
    ];
    const messages = services.flatMap((service) => Object.values<Codec<object>>(service));
    const codecs = [remoteRequest, fetchRequest, ...messages];
    expect(codecs.length).toBeGreaterThan(50);
    holds(
      fc.tuple(fc.constantFrom(...codecs), bytes),
      ([codec, body]) => {
        expect(codec.decode(body)).toBeTypeOf('object');
      },
      // The library's own, which the service answers as an unreadable request.
      (error) => error instanceof Error && !(error instanceof TypeError) && error.name !== 'AssertionError',
    );
  });

  it('archives', () => {
    const good = Buffer.from(
      'UEsDBBQAAAAAAAAAISiFEUoNCwAAAAsAAAAFAAAAYS50eHRoZWxsbyB3b3JsZFBLAQIUAxQAAAAAAAAAISiFEUoNCwAAAAsAAAAFAAAAAAAAAAAAAACAAQAAAABhLnR4dFBLBQYAAAAAAQABADMAAAAuAAAAAAA=',
      'base64',
    );
    const limits = { entries: 10, fileBytes: 1000, totalBytes: 2000 };
    expect(zipEntries(good, limits)).toHaveLength(1);
    const changed = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 4 }).map((changes) => {
      const copy = Buffer.from(good);
      for (const [at, byte] of changes) copy[at] = byte;
      return copy;
    });
    const cut = fc.nat(good.length).map((length) => good.subarray(0, length));
    holds(
      fc.oneof(bytes, changed, cut),
      (archive) => {
        for (const entry of zipEntries(archive, limits)) expect(entry.content().length).toBe(entry.size);
      },
      refusedAs(ZipError),
    );
  });
});

describe('files that people write', () => {
  it('.gcloudignore and skip_files', () => {
    const line = fc.oneof(text, fc.stringMatching(/^[!/]?[a-c*?[\]{}()+^$|\\./-]{0,12}$/));
    holds(
      fc.tuple(fc.array(line, { maxLength: 8 }), text),
      ([lines, path]) => {
        const rules = parseIgnoreFile('.gcloudignore', lines.join('\n'), () => []);
        ignoredBy(rules, path, false);
      },
      isAppcfgError,
    );
    holds(
      fc.tuple(line, text),
      ([pattern, path]) => {
        const rules = selectionRules({ directory, runtime: 'python27', skipFiles: [pattern] });
        if (path.length < 20) rules.leftOutBy(path, false);
      },
      isAppcfgError,
    );
  });

  it('schedules and regular expressions', () => {
    const words = fc.constantFrom(
      'every',
      '1',
      '59',
      'hours',
      'mins',
      'of',
      'monday',
      'mon,tue',
      '12:00',
      'from',
      'to',
      '1st',
      'month',
      'synchronized',
    );
    holds(
      fc.oneof(
        text,
        fc.array(words, { maxLength: 9 }).map((list) => list.join(' ')),
      ),
      (schedule) => parseSchedule(schedule),
    );
    holds(fc.oneof(text, fc.stringMatching(/^[a-b()[\]{}?*+|^$\\.,0-9P<>=:!-]{0,20}$/)), (source) =>
      pythonRegex(source),
    );
  });
});

describe('files that the platform and the tool keep', () => {
  it('the file-state cache', () => {
    const states = {
      treeDigest: digestOf('tree'),
      paths: ['a', 'b/c', 'd\u2028e'],
      digests: ['a', 'b', 'c'].map(digestOf),
      stats: Float64Array.from({ length: 15 }, (_, index) => index),
    };
    writeFileStates(directory, 'good', states, 0);
    const good = readFileSync(join(directory, 'good.states'));
    const damaged = fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, bits]) => {
      const copy = Buffer.from(good);
      copy[at] = (copy[at] ?? 0) ^ bits;
      return copy;
    });
    const cut = fc.nat(good.length - 1).map((length) => good.subarray(0, length));
    holds(fc.oneof(bytes, damaged, cut), (content) => {
      writeFileSync(join(directory, 'bad.states'), content);
      const { paths, digests, stats } = readFileStates(directory, 'bad');
      expect([digests.length, stats.length]).toEqual([paths.length, paths.length * 5]);
      if (paths.length > 0) expect({ paths, digests }).toEqual({ paths: states.paths, digests: states.digests });
    });
    expect(readFileStates(directory, 'good')).toEqual(states);
  });

  it('the file that says where the platform answers, and the one with its last ports', () => {
    const state = join(directory, 'state');
    mkdirSync(state);
    const record = fc.record(
      { pid: value, controlPort: value, routerPort: value, token: value, version: value, protocol: value },
      { requiredKeys: [] },
    );
    const content = fc.oneof(
      bytes,
      fc.oneof(value, record).map((thing) => JSON.stringify(thing) ?? ''),
    );
    holds(content, (written) => {
      writeFileSync(join(state, 'platform.json'), written);
      const daemon = readDaemonFile(state);
      if (daemon) {
        expect(daemon.pid).toBeGreaterThan(0);
        expect(daemon.controlPort).toBeLessThan(65_536);
        expect(typeof daemon.token).toBe('string');
      }
      lastPorts(join(state, 'platform.json'));
    });
  });

  it('lines and names of log segments', () => {
    holds(text, (line) => {
      parseLine(line);
      timeOfLine(line);
      timeOfLine(`{"timeMs":${line}`);
      parseSegmentName(line);
      parseSegmentName(`${line}.open`);
    });
  });

  it('log segments that a crash or a stranger left', async () => {
    const record = {
      kind: 'app',
      stream: 'stdout',
      level: 'info',
      module: 'm',
      version: 'v',
      application: 'app',
    } as const;
    await fc.assert(
      fc.asyncProperty(bytes, fc.nat(20), async (garbage, at) => {
        count({ inputs: 1 });
        const logs = mkdtempSync(join(directory, 'logs-'));
        const first = await createLogStore({ directory: logs, clock: systemClock });
        for (let n = 0; n < 3; n += 1) first.append({ ...record, timeMs: Date.now() + n, message: `line ${n}` });
        await first.query({ application: 'app' });
        await first.close();
        const [segment = ''] = filesBelow(logs);
        const content = readFileSync(segment);
        const place = Math.floor((content.length * at) / 20);
        writeFileSync(segment, Buffer.concat([content.subarray(0, place), garbage, content.subarray(place)]));
        writeFileSync(join(segment, '..', 'stranger'), garbage);
        const second = await createLogStore({ directory: logs, clock: systemClock });
        const found = await second.query({ application: 'app' });
        await second.close();
        const messages = found.map((line) => (line.kind === 'app' ? line.message : ''));
        expect(messages.length).toBeLessThanOrEqual(3 + garbage.length);
        rmSync(logs, { recursive: true });
      }),
      { numRuns: Math.ceil(runs / 40), seed },
    );
  });

  it('the file that says who owns a directory', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        count({ inputs: 1 });
        const owned = mkdtempSync(join(directory, 'owned-'));
        writeFileSync(join(owned, 'owner.3'), content);
        const ownership = await acquireOwnership(owned).catch((error: unknown) => {
          if (!isAppcfgError(error) || error.code !== 'store.in-use') throw error;
        });
        ownership?.release();
        rmSync(owned, { recursive: true });
      }),
      { numRuns: Math.ceil(runs / 20), seed },
    );
  });
});

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
