/** Reference pages and schemas say what the code does, because they are made from it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseModuleFile } from '../../../src/config/app/parse-module-file.ts';
import { configKindNames, configKinds } from '../../../src/config/config-kinds.ts';
import { generatedDocs } from '../../../src/config/generated-docs.ts';
import { renderConfigDocs } from '../../../src/config/render-config-docs.ts';
import { renderJsonSchema } from '../../../src/config/render-json-schema.ts';
import type { Key, Keys, Shape } from '../../../src/config/shape/shape.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

describe('docs/config', () => {
  it.each([...generatedDocs()])('%s is fresh (else: npx tsx scripts/generate-config-docs.ts)', (name, content) => {
    expect(existsSync(join(root, name)) && readFileSync(join(root, name), 'utf8')).toBe(content);
  });

  it.each(configKindNames)('the page of %s names every key', (kind) => {
    const page = renderConfigDocs(kind);
    for (const [name] of allKeys(configKinds[kind].shape)) expect(page).toContain(`| \`${name}\` |`);
  });

  it('the example of app.yaml is right', () => {
    expect(parseModuleFile(configKinds.app.example, 'mobile-frontend.yaml').diagnostics).toEqual([]);
  });
});

function allKeys(shape: Shape): readonly (readonly [string, Key])[] {
  switch (shape.kind) {
    case 'object':
      return keysOf(shape.keys);
    case 'list':
    case 'map':
      return allKeys(shape.item);
    default:
      return [];
  }
}

function keysOf(keys: Keys): readonly (readonly [string, Key])[] {
  return Object.entries(keys).flatMap(([name, key]) => [[name, key] as const, ...allKeys(key.shape)]);
}

describe('JSON schemas', () => {
  it.each(configKindNames)('of %s describe every key, with expressions that compile', (kind) => {
    const text = JSON.stringify(renderJsonSchema(kind));
    for (const [name, { docs }] of allKeys(configKinds[kind].shape)) {
      expect(text).toContain(`"${name}":`);
      expect(docs).toMatch(/[.)]$/);
    }
    for (const pattern of patternsOf(renderJsonSchema(kind))) expect(() => new RegExp(pattern, 'u')).not.toThrow();
  });

  it('ask for what is required and refuse what is unknown', () => {
    expect(renderJsonSchema('app')).toMatchObject({
      required: ['runtime'],
      additionalProperties: false,
      type: 'object',
    });
    expect(renderJsonSchema('dispatch')).toMatchObject({
      properties: { dispatch: { maxItems: 20, items: { required: ['url'] } } },
    });
  });
});

function patternsOf(value: unknown): readonly string[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === 'pattern' && typeof member === 'string' ? [member] : patternsOf(member),
  );
}
