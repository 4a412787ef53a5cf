/** Pages for failures: the application's own (error_handlers), an operator's, or a plain one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorHandler } from '../../model/handler.ts';
import type { StaticSite } from './static-site.ts';

export type ErrorPageKind = ErrorHandler['errorCode'];

export interface Page {
  readonly contentType: string;
  readonly body: Buffer;
  /** Made here: an operator's page may stand in for it. */
  readonly isGenerated?: boolean;
}

/** Bytes; larger pages are not served, as documented for error_handlers. */
const MAX_PAGE_BYTES = 64 * 1024;

/** The application's page for a failure: of its kind, else the default one. */
export function createErrorPages(
  handlers: readonly ErrorHandler[],
  site: StaticSite,
): (kind: ErrorPageKind) => Page | undefined {
  const loaded = new Map<string, Page | undefined>();
  return (kind) => {
    const handler =
      handlers.find(({ errorCode }) => errorCode === kind) ?? handlers.find(({ errorCode }) => errorCode === 'default');
    if (!handler) return undefined;
    if (!loaded.has(handler.file)) loaded.set(handler.file, loadPage(handler, site));
    return loaded.get(handler.file);
  };
}

/** `404.html`, `503.html` ... of a directory, by status. */
export function loadOperatorPages(directory: string | undefined): ReadonlyMap<number, Page> {
  const pages = new Map<number, Page>();
  if (directory === undefined) return pages;
  for (const name of readdirSync(directory)) {
    const status = /^([45]\d\d)\.html$/.exec(name)?.[1];
    if (status === undefined) continue;
    pages.set(Number(status), { contentType: HTML, body: readFileSync(join(directory, name)) });
  }
  return pages;
}

export const HTML = 'text/html; charset=utf-8';

/** @param text for people; escaped here */
export function plainPage(title: string, text: string): Page {
  const body = `<!doctype html><html><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head><body><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p></body></html>\n`;
  return { contentType: HTML, body: Buffer.from(body), isGenerated: true };
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function loadPage(handler: ErrorHandler, site: StaticSite): Page | undefined {
  const file = site.find(handler.file);
  if (typeof file === 'string' || file.size > MAX_PAGE_BYTES) return undefined;
  try {
    return { contentType: handler.mimeType ?? HTML, body: readFileSync(file.path) };
  } catch {
    return undefined;
  }
}
