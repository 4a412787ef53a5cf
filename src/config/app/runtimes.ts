/** The runtimes that an app.yaml may name. */

import { parsedText } from '../shape/build.ts';
import { closest } from '../shape/read-scalar.ts';
import type { TextShape } from '../shape/shape.ts';

const firstGeneration = [
  ...['python27', 'python', 'python-compat', 'java', 'java7', 'java8', 'php', 'php55', 'go', 'vm'],
  ...['contrib-dart', 'dart'],
];

const secondGeneration = [
  // A version without digits is whatever the machine has.
  ...['python3', ...numbered('python3', [7, 8, 9, 10, 11, 12, 13, 14])],
  ...['nodejs', ...numbered('nodejs', [8, 10, 12, 14, 16, 18, 20, 22, 24])],
  ...numbered('go1', [11, 12, 13, 14, 15, 16, 18, 19, 20, 21, 22, 23, 24, 25]),
  ...numbered('java', [11, 17, 21, 25]),
  ...numbered('php', [72, 73, 74, 81, 82, 83, 84, 85]),
  ...['ruby', ...numbered('ruby', [25, 26, 27, 30, 32, 33, 34])],
  ...['dotnet', 'aspnetcore', 'custom', 'static'],
];

export const knownRuntimes: readonly string[] = [...firstGeneration, ...secondGeneration];

function numbered(prefix: string, versions: readonly number[]): readonly string[] {
  return versions.map((version) => `${prefix}${version}`);
}

const examples = 'python27, python312, nodejs20, go122, java21, php83, ruby33, static or custom';

/** What any runtime's name looks like, also one that is not in the list. */
const general = /^(?:gs:\/\/[a-z0-9\-._/]+|[a-z][a-z0-9.-]{0,29})$/;

export function runtimeName(allowsAny: boolean): TextShape<string> {
  return parsedText('a runtime', (text) => parseRuntime(text, allowsAny), {
    form: `a runtime, for example ${examples}`,
    pattern: general.source,
    example: 'python27',
    strictness: 'name',
  });
}

function parseRuntime(
  text: string,
  allowsAny: boolean,
): { readonly value: string } | { readonly problem: string; readonly hint: string } {
  if (knownRuntimes.includes(text) || (allowsAny && general.test(text))) return { value: text };
  const close = closest(text, knownRuntimes);
  const hint = close === undefined ? `For example: ${examples}.` : `Did you mean ${close}?`;
  return { problem: 'is not known', hint };
}
