/** index.yaml: datastore indexes. */
import type { IndexDefinition, IndexProperty } from '../../model/settings.ts';
import { applicationId } from '../app/name-shapes.ts';
import { boolean, choice, choiceOf, list, object, text } from '../shape/build.ts';
import type { Place, ValueOf } from '../shape/shape.ts';

/** Not converted by App Engine: an unquoted `no` or `5` is an error. */
const name = text('a name', { strictness: 'strict', example: 'title' });

const propertyKeys = {
  name: {
    shape: name,
    isRequired: true,
    example: 'title',
    docs: 'Name of the property. Quote names such as `yes`, `no`, `y` and numbers.',
  },
  direction: {
    shape: choiceOf({ asc: 'asc', ascending: 'asc', desc: 'desc', descending: 'desc' } as const),
    docs: 'Order.',
    default: 'asc',
  },
  mode: { shape: choice(['geospatial']), docs: 'For search by place; excludes `direction` in the whole index.' },
} as const;

const property = object('a property', propertyKeys, {
  check: ({ direction, mode }, { path, findings }) => {
    if (direction === undefined || mode === undefined) return;
    const message = '"direction" and "mode" exclude each other.';
    findings.error('conflicting-keys', { path: [...path, 'direction'], message, on: 'key', hint: 'Delete direction.' });
  },
});

type PropertyValues = ValueOf<typeof property>;

const indexKeys = {
  kind: {
    shape: text('a kind', { strictness: 'strict', example: 'Cat' }),
    isRequired: true,
    example: 'Cat',
    docs: 'The kind of entity.',
  },
  ancestor: { shape: boolean(true), docs: 'Whether queries ask for an ancestor.', default: 'false' },
  properties: { shape: list(property), docs: 'The properties, in order.' },
} as const;

const index = object('an index', indexKeys, {
  check: ({ properties = [] }, place) => checkGeospatial(properties, place),
});

function checkGeospatial(properties: readonly PropertyValues[], { path, findings }: Place): void {
  if (!properties.some(({ mode }) => mode !== undefined)) return;
  for (const [position, { direction, mode }] of properties.entries()) {
    if (direction === undefined || mode !== undefined) continue;
    const message = 'An index with a geospatial property has no directions.';
    const here = [...path, 'properties', position, 'direction'];
    findings.error('conflicting-keys', { path: here, message, on: 'key', hint: 'Delete direction.' });
  }
}

export const indexShape = object('index.yaml', {
  application: { shape: applicationId, docs: 'The application the indexes are for; `-A` overrides it.' },
  indexes: { shape: list(index, { unique: { severity: 'warning', noun: 'index' } }), docs: 'The indexes.' },
});

export function indexesOf(values: ValueOf<typeof indexShape>): readonly IndexDefinition[] {
  return (values.indexes ?? []).flatMap(({ kind, ancestor, properties = [] }) => {
    if (kind === undefined) return [];
    const isGeospatial = properties.some(({ mode }) => mode !== undefined);
    return [
      {
        kind,
        ancestor: ancestor ?? false,
        properties: properties.flatMap((values) => propertyOf(values, isGeospatial)),
      },
    ];
  });
}

function propertyOf(
  { name: written, direction, mode }: PropertyValues,
  isGeospatial: boolean,
): readonly IndexProperty[] {
  if (written === undefined) return [];
  if (mode !== undefined) return [{ name: written, mode }];
  return isGeospatial ? [{ name: written }] : [{ name: written, direction: direction ?? 'asc' }];
}

export function indexData(indexes: readonly IndexDefinition[]): object {
  return {
    indexes: indexes.map(({ kind, ancestor, properties }) => ({
      kind,
      ...(ancestor ? { ancestor } : {}),
      properties: properties.map(({ name: written, direction, mode }) => ({
        name: written,
        ...(direction === undefined ? {} : { direction }),
        ...(mode === undefined ? {} : { mode }),
      })),
    })),
  };
}
