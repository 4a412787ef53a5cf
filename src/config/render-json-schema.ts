/** The JSON schema of a yaml kind, for editors. */
import { type ConfigKind, configKinds } from './config-kinds.ts';
import type { Key, NumberShape, ObjectShape, Shape, TextShape } from './shape/shape.ts';

type Schema = Readonly<Record<string, unknown>>;

export function renderJsonSchema(kind: ConfigKind): object {
  const { fileName, summary, shape } = configKinds[kind];
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: fileName,
    description: summary,
    ...schemaOf(shape),
  };
}

function schemaOf(shape: Shape): Schema {
  switch (shape.kind) {
    case 'text':
      return textSchema(shape);
    case 'choice':
      return { enum: Object.keys(shape.values).flatMap(spellings) };
    case 'boolean':
      return { type: 'boolean' };
    case 'integer':
    case 'number':
      return numberSchema(shape);
    case 'list': {
      const limits = shape.maximum === undefined ? {} : { maxItems: shape.maximum };
      const list = { type: 'array', items: schemaOf(shape.item), ...limits };
      return shape.acceptsOne ? { anyOf: [schemaOf(shape.item), list] } : { ...list, type: ['array', 'null'] };
    }
    case 'map': {
      const names = shape.keyPattern === undefined ? {} : { propertyNames: { pattern: shape.keyPattern } };
      return { type: ['object', 'null'], additionalProperties: schemaOf(shape.item), ...names };
    }
    case 'object':
      return objectSchema(shape);
    case 'any':
      return {};
  }
}

/** Numbers and booleans are allowed, because yaml makes them of unquoted words. */
function textSchema(shape: TextShape): Schema {
  const type = shape.strictness === 'lenient' ? ['string', 'number', 'boolean'] : ['string', 'number'];
  const pattern = shape.pattern === undefined ? {} : { pattern: shape.pattern };
  return { type: shape.strictness === 'strict' ? 'string' : type, ...pattern };
}

/** An editor sees what yaml makes of the word: `301` as a number, `on` perhaps as a boolean. */
function spellings(word: string): readonly (string | number | boolean)[] {
  if (/^\d+$/.test(word)) return [word, Number(word)];
  if (word === 'on') return [word, true];
  return word === 'off' ? [word, false] : [word];
}

function numberSchema({ kind, minimum, maximum }: NumberShape): Schema {
  const limits = { ...(minimum === undefined ? {} : { minimum }), ...(maximum === undefined ? {} : { maximum }) };
  return { type: kind, ...limits };
}

function objectSchema(shape: ObjectShape): Schema {
  const keys = Object.entries(shape.keys);
  const required = keys.filter(([, key]) => key.isRequired === true).map(([name]) => name);
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(keys.map(([name, key]) => [name, keySchema(key)])),
    ...(required.length === 0 ? {} : { required }),
  };
}

function keySchema(key: Key): Schema {
  const deprecated = key.discouraged === undefined ? {} : { deprecated: true };
  const standard = key.default === undefined ? '' : ` Default: ${key.default}.`;
  return { description: `${key.docs}${standard}`, ...deprecated, ...schemaOf(key.shape) };
}
