/** Reads a request's JSON body, bounded, and checks its shape. */
import type { IncomingMessage } from 'node:http';
import type { ZodType } from 'zod';
import { failure } from '../../errors.ts';

/** A manifest of 100,000 files is about 15 MB. */
export const MAX_JSON_BYTES = 64 * 1024 * 1024;

/** @throws AppcfgError `control.bad-request`, `control.too-large` */
export async function readJson<T>(message: IncomingMessage, schema: ZodType<T>): Promise<T> {
  const request = `${message.method} ${message.url}`;
  const text = await readText(message, MAX_JSON_BYTES);
  let value: unknown;
  try {
    value = text === '' ? {} : JSON.parse(text);
  } catch {
    throw failure('control.bad-request', { request, reason: 'the body is not JSON' });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue?.path.join('.') || 'the body';
  throw failure('control.bad-request', { request, reason: `${place}: ${issue?.message ?? 'has the wrong shape'}` });
}

export async function readText(message: IncomingMessage, limit: number): Promise<string> {
  const tooLarge = () => failure('control.too-large', { request: `${message.method} ${message.url}`, limit });
  if (Number(message.headers['content-length'] ?? 0) > limit) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  // Not destroyed on the way out: the client is to read why its body was refused.
  for await (const chunk of message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
