/** Settings back to the text of their yaml file; reading it again gives the same value. */
import { Document, Scalar, visit } from 'yaml';
import type { Settings, SettingsKind } from '../../model/settings.ts';
import { resolveUnquoted } from '../yaml/yaml11.ts';
import { settingsFiles } from './settings-file.ts';

export function printSettings<K extends SettingsKind>(kind: K, value: Settings[K]): string {
  const definition: { readonly dataOf: (value: Settings[K]) => object } = settingsFiles[kind];
  const document = new Document(definition.dataOf(value), { version: '1.1' });
  visit(document, { Scalar: quoteWhereNeeded });
  return document.toString({ lineWidth: 0, indentSeq: false });
}

/** Only words that no reader takes for anything but text stay unquoted. */
const plainWord = /^[A-Za-z_/][\w./-]*(?: [\w./,:-]+)*$/;

function quoteWhereNeeded(_key: unknown, node: Scalar): void {
  if (typeof node.value !== 'string') return;
  const isSafe =
    plainWord.test(node.value) && typeof resolveUnquoted(node.value) === 'string' && !node.value.includes(': ');
  node.type = isSafe ? Scalar.PLAIN : Scalar.QUOTE_DOUBLE;
}
