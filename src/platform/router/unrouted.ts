/** The answer to requests that belong to no application. */
import type { CompiledTable } from './compiled-table.ts';
import { escapeHtml, HTML } from './error-pages.ts';
import { pageReply, type Reply } from './replies.ts';

export interface UnroutedFacts {
  readonly table: CompiledTable;
  /** Only the person at this machine is told what is deployed here. */
  readonly isLocalClient: boolean;
}

export function unknownHostReply({ table, isLocalClient }: UnroutedFacts): Reply {
  return isLocalClient ? listReply(table) : pageReply(404, 'Not Found', 'There is nothing here.');
}

function listReply(table: CompiledTable): Reply {
  const addresses = [...table.applications.values()].flatMap((application) => {
    const module = [...application.modules.values()][0];
    const version = module && [...module.versions.values()][0];
    return version ? [version.compiled.deployment.defaultHostname] : [];
  });
  const items = addresses.map((address) => {
    const url = escapeHtml(`http://${address}/`);
    return `<li><a href="${url}">${url}</a></li>`;
  });
  const list =
    items.length > 0
      ? `<p>These are deployed here:</p><ul>${items.join('')}</ul>`
      : '<p>Nothing is deployed here yet.</p>';
  const body = `<!doctype html><html><head><meta charset="utf-8"><title>Not Found</title></head><body><h1>No application has this address</h1>${list}</body></html>\n`;
  return { status: 404, page: { contentType: HTML, body: Buffer.from(body) } };
}
