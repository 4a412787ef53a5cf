/** Which tests prove a rule: those whose title begins with its id. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const tests = fileURLToPath(new URL('..', import.meta.url));
/** A name, or a topic with a letter. Sockets and WebSockets have theirs (`K`, `W`) in documents of their own. */
const ID = '(?:[VNLKW]\\d+|S3[a-z]|[1-6](?:\\.\\d)?[a-z])';
/** What is called with a text that begins with ids: `it('L4 ...`, `it.each([...])('V2 L5 ...`. */
const TITLE = new RegExp(`\\(\\s*['"\`](${ID}(?: ${ID})*) `, 'g');

/** Files by rule, relative to `test/`, sorted. */
export function testsByRule(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const path of readdirSync(tests, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.test.ts')) continue;
    for (const [, ids = ''] of readFileSync(join(tests, path), 'utf8').matchAll(TITLE)) {
      for (const id of ids.split(' ')) found.set(id, (found.get(id) ?? new Set()).add(path));
    }
  }
  return new Map([...found].map(([id, files]) => [id, [...files].sort()]));
}
