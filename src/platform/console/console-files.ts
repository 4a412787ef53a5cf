/** The console's pages, styles and scripts: public, the same for everybody, under a policy that lets nothing else in. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { failure } from '../../errors.ts';
import { anyone } from '../access/route-access.ts';
import type { Route, RouteRequest } from '../control/route-table.ts';

interface ConsoleFile {
  readonly body: Buffer;
  readonly type: string;
  readonly etag: string;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Scripts of this address only, none inline, none made from text; nobody may frame it, no form may leave it. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const headers = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  // Asked for again each time, which costs an answer without a body: a new platform is never shown by an old page.
  'cache-control': 'no-cache',
} as const;

/** @param directory without it, as in a platform that was put together by hand, there is no console */
export function consoleFileRoutes(directory: string): readonly Route[] {
  const files = readFiles(directory);
  return [
    {
      method: 'GET',
      pattern: '/console',
      access: anyone,
      handler: ({ response }) => {
        response.writeHead(308, { location: '/console/', 'content-length': 0 });
        response.end();
      },
    },
    {
      method: 'GET',
      pattern: '/console/',
      access: anyone,
      handler: (request) => answerFile(files.get('index.html'), request),
    },
    {
      method: 'GET',
      pattern: '/console/:file',
      access: anyone,
      handler: (request) => answerFile(files.get(request.parameters.file ?? ''), request),
    },
  ];
}

/** Read once: what is not there at the start is never served, whatever its name. */
function readFiles(directory: string): ReadonlyMap<string, ConsoleFile> {
  if (!existsSync(directory)) return new Map();
  return new Map(
    readdirSync(directory).flatMap((name): [string, ConsoleFile][] => {
      const type = types[extname(name)];
      if (type === undefined) return [];
      const body = readFileSync(join(directory, name));
      const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
      return [[name, { body, type, etag }]];
    }),
  );
}

function answerFile(file: ConsoleFile | undefined, { message, response }: RouteRequest): undefined {
  if (!file) throw failure('control.no-route', { request: `${message.method} ${message.url}` });
  const { body, type, etag } = file;
  const isKnown = (message.headers['if-none-match'] ?? '').split(/\s*,\s*/).includes(etag);
  if (isKnown) {
    response.writeHead(304, { ...headers, etag });
    response.end();
    return;
  }
  response.writeHead(200, { ...headers, etag, 'content-type': type, 'content-length': body.length });
  response.end(body);
}
