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

/** Rates, times and sizes: `5/s`, `2h`, `120M`. */
const amount = /^\d+(?:\.\d+)?(?:\/[smhd]|[smhdBKMGT])$/;

function quoteWhereNeeded(_key: unknown, node: Scalar): void {
  if (typeof node.value !== 'string') return;
  if (amount.test(node.value)) {
    node.type = Scalar.PLAIN;
    return;
  }
  const isSafe =
    plainWord.test(node.value) && typeof resolveUnquoted(node.value) === 'string' && !node.value.includes(': ');
  node.type = isSafe ? Scalar.PLAIN : Scalar.QUOTE_DOUBLE;
}
