/** The docs and editor schemas that are made from the tables of keys. */
import { configKindNames, configKinds } from './config-kinds.ts';
import { renderConfigDocs, renderDiagnosticDocs } from './render-config-docs.ts';
import { renderJsonSchema } from './render-json-schema.ts';

/** Path below the project's root -> content. */
export function generatedDocs(): ReadonlyMap<string, string> {
  const files = new Map<string, string>([['docs/config/findings.md', renderDiagnosticDocs()]]);
  for (const kind of configKindNames) {
    const name = configKinds[kind].fileName.replace('.yaml', '');
    files.set(`docs/config/${name}.md`, renderConfigDocs(kind));
    files.set(`docs/config/schema/${name}.json`, `${JSON.stringify(renderJsonSchema(kind), null, 2)}\n`);
  }
  return files;
}
