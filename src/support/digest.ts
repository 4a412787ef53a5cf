/** SHA-256 digests, as 64 lower-case hex digits. */
import { hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

export function digestOf(data: string | Uint8Array): string {
  return hash('sha256', data);
}

export function digestOfValue(value: unknown): string {
  return digestOf(canonicalJson(value));
}

const digestPattern = /^[0-9a-f]{64}$/;

export function isDigest(text: string): boolean {
  return digestPattern.test(text);
}
