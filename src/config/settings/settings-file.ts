/** The five files of an application besides its modules: one table of what each is called and how it is read and printed. */
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Settings, SettingsKind } from '../../model/settings.ts';
import { createFindings } from '../findings.ts';
import { readShape } from '../shape/read-shape.ts';
import type { ObjectShape, Shape } from '../shape/shape.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import type { YamlNode } from '../yaml/tree.ts';
import { cronData, cronOf, cronShape } from './cron.ts';
import { dispatchData, dispatchOf, dispatchShape } from './dispatch.ts';
import { dosData, dosOf, dosShape } from './dos.ts';
import { indexData, indexesOf, indexShape } from './indexes.ts';
import { queueData, queueShape, queuesOf } from './queue.ts';

export interface SettingsReading<T> {
  /** Absent when the file says nothing (an empty index.yaml) or could not be made sense of. */
  readonly value?: T;
  readonly application?: string;
  readonly root?: YamlNode;
  readonly diagnostics: readonly Diagnostic[];
}

interface SettingsFile<T> {
  /** Without `.yaml`. */
  readonly baseName: string;
  readonly shape: Shape;
  /** What an empty file means; undefined: it is an error. */
  readonly whenEmpty?: 'nothing' | 'no-entries';
  readonly valueOf: (values: object) => T;
  readonly dataOf: (value: T) => object;
}

function settingsFile<V, T>(
  file: Omit<SettingsFile<T>, 'valueOf' | 'shape'> & {
    readonly shape: ObjectShape<V>;
    readonly valueOf: (values: V) => T;
  },
): SettingsFile<T> {
  // The shape's own type was checked on the way in; the table holds all five as one type.
  return { ...file, valueOf: (values) => file.valueOf(values as V) };
}

export const settingsFiles: { readonly [K in SettingsKind]: SettingsFile<Settings[K]> } = {
  dispatch: settingsFile({
    baseName: 'dispatch',
    shape: dispatchShape,
    whenEmpty: 'no-entries',
    valueOf: dispatchOf,
    dataOf: dispatchData,
  }),
  cron: settingsFile({
    baseName: 'cron',
    shape: cronShape,
    valueOf: cronOf,
    dataOf: cronData,
  }),
  queues: settingsFile({ baseName: 'queue', shape: queueShape, valueOf: queuesOf, dataOf: queueData }),
  indexes: settingsFile({
    baseName: 'index',
    shape: indexShape,
    whenEmpty: 'nothing',
    valueOf: indexesOf,
    dataOf: indexData,
  }),
  dos: settingsFile({
    baseName: 'dos',
    shape: dosShape,
    whenEmpty: 'no-entries',
    valueOf: dosOf,
    dataOf: dosData,
  }),
};

/** The kind of settings that a file of this name holds; undefined for all other names. */
export function settingsKindOfName(fileName: string): SettingsKind | undefined {
  const match = /^([a-z]+)\.ya?ml$/.exec(fileName);
  const found = Object.entries(settingsFiles).find(([, { baseName }]) => baseName === match?.[1]);
  return found?.[0] as SettingsKind | undefined;
}

export function parseSettingsFile<K extends SettingsKind>(
  kind: K,
  source: string | Uint8Array,
  file: string,
): SettingsReading<Settings[K]> {
  const definition: SettingsFile<Settings[K]> = settingsFiles[kind];
  const reading = readYaml(source, file, definition.whenEmpty !== undefined);
  if (reading.isEmpty) return readEmpty(definition, file, reading.diagnostics);
  if (reading.root === undefined) return { diagnostics: reading.diagnostics };
  const findings = createFindings(file, reading.root);
  const values = readShape(definition.shape, reading.root, [], findings) as SettingsValues | undefined;
  const diagnostics = [...reading.diagnostics, ...findings.list()];
  if (values === undefined) return { root: reading.root, diagnostics };
  const { application } = values;
  const value = definition.valueOf(values);
  return { value, root: reading.root, diagnostics, ...(application === undefined ? {} : { application }) };
}

interface SettingsValues {
  readonly application?: string;
}

function readEmpty<T>(
  definition: SettingsFile<T>,
  file: string,
  diagnostics: readonly Diagnostic[],
): SettingsReading<T> {
  const { baseName, whenEmpty } = definition;
  if (whenEmpty === undefined) {
    const hint = `Write "${baseName}:" alone to have none, or delete the file.`;
    return { diagnostics: diagnostics.map((diagnostic) => ({ ...diagnostic, hint })) };
  }
  const findings = createFindings(file, undefined);
  if (whenEmpty === 'nothing') {
    const message = 'The file is empty, so it changes nothing.';
    findings.warning('empty-file', { path: [], message, hint: 'Fill it in or delete it.' });
    return { diagnostics: findings.list() };
  }
  const message = 'The file is empty, so it removes all entries there are.';
  findings.warning('empty-file', { path: [], message, hint: 'Delete the file to leave them as they are.' });
  return { value: definition.valueOf({}), diagnostics: findings.list() };
}
